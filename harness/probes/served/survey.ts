/**
 * Surveys what a FHIR server serves until its answers are stable. Acknowledged resources are read by id, every write is
 * searched for, and everything with the run's tag is listed; whatever that leads to is read as well, with its older
 * versions. Then all doubtful questions are repeated after a pause, until no answer changes.
 */
import { FIRST_VERSION, registerIdPrefix } from "../../model/load/write.ts";
import { severalAtOnce } from "../../system/several-at-once.ts";
import { answerTo } from "./answer.ts";
import type { Asker } from "./asker.ts";
import { doubtsIn } from "./doubts.ts";
import { Lateness } from "./lateness.ts";
import { pathOf, type Question, type Seen, type SeenByPath, typeOf } from "./question.ts";
import type { Manner } from "./version.ts";
import type { Wanted } from "./wanted.ts";

export interface Surveyed {
  seed: number;
  wanted: Wanted;
  manner: Manner;
  /** The searches that the server supports. */
  search: { identifier: boolean; tag: boolean };
}

export interface Survey {
  seen: SeenByPath;
  /** The number of passes. */
  passes: number;
  /** By resource, see `Lateness`. */
  lateMs: ReadonlyMap<string, number>;
  /** Why the survey may be incomplete; `null` when it is complete. */
  why: string | null;
}

export interface Limits {
  /** Between two passes. */
  pauseMs: number;
  /** The most passes, and the most pages of one list. */
  passes: number;
  pages: number;
  sleep: (ms: number) => Promise<unknown>;
}

/** Enough to keep a server with few processors busy, and few enough to leave connections of its pool. */
const ASKERS = 8;
const TYPES = ["Patient", "Observation"];

export async function survey(asker: Asker, of: Surveyed, limits: Limits): Promise<Survey> {
  const seen = new Map<string, Seen>();
  const lateness = new Lateness(of.wanted);
  let isCut = false;

  async function ask(questions: Iterable<Question>): Promise<void> {
    await severalAtOnce(ASKERS, questions, async (question) => {
      isCut ||= asker.timeIsUp;
      if (isCut) return;
      const answer = await answerTo(question, asker, of.manner, limits.pages);
      seen.set(pathOf(question), answer);
      lateness.note(answer, performance.now());
    });
  }
  /** Asks what the answers lead to, until nothing new comes. */
  async function follow(): Promise<void> {
    while (!isCut) {
      const next = new Map([...seen.values()].flatMap((each) => leadsOf(each, of)).map((each) => [pathOf(each), each]));
      for (const path of seen.keys()) next.delete(path);
      if (next.size === 0) return;
      await ask(next.values());
    }
  }

  await ask(firstQuestions(of));
  await follow();
  let doubts = doubtsIn(seen, of.wanted);
  let unsettled = [...doubts];
  let passes = 1;
  for (; unsettled.length > 0 && passes < limits.passes && !isCut; passes += 1) {
    await limits.sleep(limits.pauseMs);
    const again = [...doubts].map((path) => seen.get(path) as Seen);
    await ask(again.map(({ question }) => question));
    await follow();
    unsettled = again
      .map(({ question }) => pathOf(question))
      .filter((path, i) => {
        const now = seen.get(path) as Seen;
        return now.why !== null || wordsOf(now) !== wordsOf(again[i] as Seen);
      });
    // What was doubtful once is asked until the end: of two servers in turn, only one may have it.
    doubts = new Set([...doubts, ...doubtsIn(seen, of.wanted)]);
  }
  const why = isCut ? "there was not enough time for all requests" : whyUnsettled(seen, unsettled, passes);
  return { seen, passes, lateMs: lateness.ms, why };
}

function* firstQuestions({ wanted, search, manner: { tag } }: Surveyed): Generator<Question> {
  for (const { resource } of wanted.reads) yield { asks: "read", resource };
  if (search.identifier)
    for (const { resourceType, write } of wanted.searches) yield { asks: "search", resourceType, write };
  if (search.tag) for (const resourceType of TYPES) yield { asks: "tagged", resourceType, tag };
}

/** Reads what was found; searches for its identifier; lists its older versions. */
function leadsOf({ question, versions }: Seen, { search, manner, seed }: Surveyed): Question[] {
  if (question.asks === "history") return [];
  return versions.flatMap(({ resource, write, version }): Question[] => {
    const isRegister = resource.startsWith(`Patient/${registerIdPrefix(seed)}`);
    const hasOlder = manner.versionsCount && (isRegister || version > FIRST_VERSION);
    const isSearched = search.identifier && write !== "";
    return [
      { asks: "read", resource },
      ...(isSearched ? [{ asks: "search", resourceType: typeOf(resource), write } as const] : []),
      ...(hasOlder ? [{ asks: "history", resource } as const] : []),
    ];
  });
}

/** A text by which answers are compared. A search gives its resources in any order. */
function wordsOf({ status, given, versions, why }: Seen): string {
  return JSON.stringify([status, given, why, versions.map((version) => JSON.stringify(version)).sort()]);
}

function whyUnsettled(seen: SeenByPath, paths: readonly string[], passes: number): string | null {
  const silent = paths.filter((path) => seen.get(path)?.why !== null);
  const [first] = silent;
  if (first !== undefined) {
    const what = `${silent.length} of ${seen.size} questions were not answered`;
    return `${what}, the first of them ${first}: ${seen.get(first)?.why}`;
  }
  if (paths.length === 0) return null;
  const what = `${paths.length} of ${seen.size} answers were not the same twice in ${passes} passes`;
  return `${what}, the first of them to ${paths[0]}`;
}
