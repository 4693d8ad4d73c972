/**
 * What a FHIR server serves, found out by asking it, until it says the same twice. What clients were told of is read by
 * its id, every write is searched for, and all that bears the tag of the run is listed; whatever that leads to is read as
 * well, with its older versions. Then everything of which there is doubt is asked again after a pause, and again, until no
 * answer changes.
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
  /** The searches that the server can do. */
  search: { identifier: boolean; tag: boolean };
}

export interface Survey {
  seen: SeenByPath;
  /** How often it was asked. */
  passes: number;
  /** By resource, see `Lateness`. */
  lateMs: ReadonlyMap<string, number>;
  /** Why this may not be all that is served; `null` when it is. */
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

/** As many as keep a server with few processors busy and leave it connections of its pool. */
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
  /** Until the answers lead to nothing new. */
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
    // What was in doubt once is asked to the end: of two servers that take turns one may have it, and the other not.
    doubts = new Set([...doubts, ...doubtsIn(seen, of.wanted)]);
  }
  const why = isCut ? "there was not time for all that it was to be asked" : whyUnsettled(seen, unsettled, passes);
  return { seen, passes, lateMs: lateness.ms, why };
}

function* firstQuestions({ wanted, search, manner: { tag } }: Surveyed): Generator<Question> {
  for (const { resource } of wanted.reads) yield { asks: "read", resource };
  if (search.identifier)
    for (const { resourceType, write } of wanted.searches) yield { asks: "search", resourceType, write };
  if (search.tag) for (const resourceType of TYPES) yield { asks: "tagged", resourceType, tag };
}

/** What was found is read. What was found or read is searched for by its own identifier, and its older versions are listed. */
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

/** Two answers are the same when these are. A search gives its resources in any order. */
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
