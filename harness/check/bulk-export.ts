/**
 * Bulk export: a client requested one before the load, and it was writing its files when the first act of the scenario
 * came. Does it end, does the client learn how, and do the files hold what was stored? Outcomes: completed without a
 * takeover, or resumed after one; told (the client gets an error, so it can ask again); stuck (every poll reports it as
 * running, and no server works on it); unfinished (a server does, and it was not done when its client gave up);
 * unreachable (no poll was answered in the end).
 *
 * Picked up: the state of its job in the new primary's database differs from the state after the takeover. The promise
 * is that this happens within ten minutes. Every resource that existed before the export was requested must be in the
 * files once, as it was stored. Every other line must be as a site holds it, or as the warm-up sent it: version,
 * content, and the patient that it refers to.
 *
 * Unit: resources, lines, files; seconds from the first act.
 * Broken: it was stuck for ten minutes; or it was picked up later; or its files lack a resource that existed before,
 * have one twice, one that is unknown or one with other content or another reference;
 * or a listed file has expired, or cannot be read.
 * Inconclusive: it was not writing its files at the first act; or it was unfinished, or unreachable, or not followed
 * for ten minutes; or it ended later than that after a takeover, and the pick-up was not observed; or its record is
 * incomplete, the request was not accepted, or its client did not poll for half a minute; or what the sites hold is not
 * known.
 * No objective: no bulk export was requested.
 */
import { PICKED_UP_WITHIN_SECONDS } from "../model/plan/bulk-export.ts";
import type { LineOf } from "../model/record/bulk-export.ts";
import { seconds } from "../model/verdict/told.ts";
import type { Measures } from "../model/verdict/verdict.ts";
import type { Checker, Finding } from "./checker.ts";
import { type ExportCourse, exportCourse, stateText } from "./export-course.ts";
import { whyCut } from "./export-record.ts";
import { type ExportedLines, exportedLines } from "./exported-lines.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const bulkExport: Checker = {
  name: "bulk-export",
  needs: HOLDINGS_NEED,
  check: (record, facts) => {
    const asked = record.run.scenario.bulkExport;
    if (asked === null) return { verdict: "no-objective", reason: "no bulk export was requested" };
    const cut = whyCut(record.bulkExport);
    if (cut !== null) return { verdict: "inconclusive", reason: cut };
    const course = exportCourse(record);
    if (course === null)
      return { verdict: "inconclusive", reason: "no act of the scenario or no poll of the export was recorded" };
    const evidence = evidenceOf(course);
    if (course.outcome !== "completed" && course.outcome !== "resumed") {
      const measures = { bulkExport: { ...timesOf(course), ...NO_FILES } };
      return { ...withoutFiles(course, asked.waitSeconds), evidence, measures };
    }
    const unknown = whatServingHolds(facts);
    if (unknown) return { ...unknown, evidence };
    const files = record.bulkExport.filter((line) => line.type === "file");
    const found = exportedLines(record);
    const measures = { bulkExport: { ...timesOf(course), ...measured(found, files.length) } };
    const wrong = [...unreadable(files), ...wrongLines(found), ...tooLate(course)];
    if (wrong.length > 0)
      return {
        verdict: "broken",
        reason: `it is reported as complete: ${wrong.join("; ")}`,
        measures,
        evidence: [...evidence, ...named(found)],
      };
    const unseen = notSeen(course) ?? notWriting(course);
    if (unseen !== null) return { verdict: "inconclusive", reason: unseen, measures, evidence };
    const reason = `${course.outcome}: ${files.length} files with ${found.lines} lines, each resource from before the export once`;
    return { verdict: "holds", reason, measures, evidence };
  },
};

function withoutFiles({ outcome, ...course }: ExportCourse, waitSeconds: number): Finding {
  switch (outcome) {
    case "stuck": {
      const reason = `stuck: ${waitSeconds} s after the first act every poll still reports it as running, and no server works on it`;
      if (waitSeconds >= PICKED_UP_WITHIN_SECONDS) return { verdict: "broken", reason };
      return { verdict: "inconclusive", reason: `${reason}; ${PICKED_UP_WITHIN_SECONDS} s were promised` };
    }
    case "told": {
      const place = notWriting({ outcome, ...course });
      if (place !== null) return { verdict: "inconclusive", reason: place };
      return { verdict: "holds", reason: "it was lost, and its client got an error" };
    }
    case "unfinished":
      return {
        verdict: "inconclusive",
        reason: `it still ran ${waitSeconds} s after the first act, and a server worked on it`,
      };
    case "unreachable":
      return { verdict: "inconclusive", reason: "its client's last polls were not answered" };
    default:
      return {
        verdict: "inconclusive",
        reason: "its client stopped polling too early, or its job was not observed to the end",
      };
  }
}

function notWriting({ atFault, isWriting }: ExportCourse): string | null {
  if (isWriting) return null;
  const where = atFault === null ? "its state is not known" : stateText(atFault);
  return `it was not writing its files at the first act: ${where}`;
}

/** What a server answers for a file that it no longer has. */
const EXPIRED = [404, 410];

function unreadable(files: readonly LineOf<"file">[]): string[] {
  const unread = files.filter(({ lines }) => lines === null);
  const damaged = files.filter((file) => file.damaged > 0);
  const what = (status: number) => (EXPIRED.includes(status) ? "has expired, or was lost" : "cannot be read");
  return [
    ...unread.map(({ url, status }) => `${url} ${what(status)} (status ${status})`),
    ...damaged.map(({ url, damaged }) => `${damaged} lines of ${url} hold no resource`),
  ];
}

function wrongLines({ missing, duplicated, foreign, altered }: ExportedLines): string[] {
  const kinds: [readonly string[], string][] = [
    [missing, "are missing"],
    [duplicated, "are there more than once"],
    [foreign, "are unknown"],
    [altered, "have other content than was stored"],
  ];
  return kinds.flatMap(([resources, what]) => (resources.length > 0 ? [`${resources.length} resources ${what}`] : []));
}

function named({ lines: _, ...found }: ExportedLines): string[] {
  return Object.entries(found).flatMap(([what, resources]) => resources.map((resource) => `${resource}: ${what}`));
}

function tooLate({ pickedUpMs, actMs }: ExportCourse): string[] {
  const late = pickedUpMs === null ? 0 : (pickedUpMs - actMs) / 1000;
  return late > PICKED_UP_WITHIN_SECONDS ? [`it was picked up after ${seconds(late)}`] : [];
}

/** An export that ended in time was picked up in time, even if that was not observed. */
function notSeen({ takeovers, pickedUpMs, endedMs, actMs }: ExportCourse): string | null {
  const late = endedMs === null ? 0 : (endedMs - actMs) / 1000;
  if (takeovers.length === 0 || pickedUpMs !== null || late <= PICKED_UP_WITHIN_SECONDS) return null;
  return `it ended after ${seconds(late)}, and it was not observed when it was picked up`;
}

function evidenceOf({ actMs, atFault, takeovers, pickedUpMs, endedMs }: ExportCourse): string[] {
  const after = (ms: number) => seconds((ms - actMs) / 1000);
  return [
    `at the first act: ${atFault === null ? "not observed" : stateText(atFault)}`,
    ...takeovers.map(({ side, atMs }) => `${side.toUpperCase()} took over after ${after(atMs)}`),
    ...(pickedUpMs === null ? [] : [`picked up after ${after(pickedUpMs)}`]),
    ...(endedMs === null ? [] : [`ended after ${after(endedMs)}`]),
  ];
}

type Measured = Measures["bulkExport"];

const nothing = { count: null, resources: [] };
const NO_FILES = {
  files: null,
  lines: null,
  missing: nothing,
  duplicated: nothing,
  foreign: nothing,
  altered: nothing,
};

function timesOf({
  outcome,
  actMs,
  endedMs,
  pickedUpMs,
}: ExportCourse): Pick<Measured, "outcome" | "endedSeconds" | "pickedUpSeconds"> {
  const after = (ms: number | null) => (ms === null ? null : (ms - actMs) / 1000);
  return { outcome, endedSeconds: after(endedMs), pickedUpSeconds: after(pickedUpMs) };
}

function measured(
  { lines, ...found }: ExportedLines,
  files: number,
): Omit<Measured, "outcome" | "endedSeconds" | "pickedUpSeconds"> {
  const counted = (resources: string[]) => ({ count: resources.length, resources });
  const { missing, duplicated, foreign, altered } = found;
  return {
    ...{ files, lines },
    ...{ missing: counted(missing), duplicated: counted(duplicated) },
    ...{ foreign: counted(foreign), altered: counted(altered) },
  };
}
