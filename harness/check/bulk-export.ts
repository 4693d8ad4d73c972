/**
 * Bulk export: one that a client asked for before the load, and that was writing its files when the first act of the scenario
 * came. Does it end, is the client told, and do the files hold what was stored? Outcomes: completed without a takeover, or
 * resumed after one; told (the client gets an error, so it can ask again); stuck (every poll says that it runs, and nobody works
 * on it); unfinished (somebody does, and it was not done when its client gave up); unreachable (nobody answered in the end).
 *
 * Picked up: the state of its job in the new primary's database is another than after the takeover. The promise is that this
 * happens within ten minutes. Of the files every resource that stood there before the export was asked for must be in them once,
 * as it was stored.
 *
 * Unit: resources, lines, files; seconds from the first act.
 * Broken: it was stuck for ten minutes; or it was picked up later; or its files lack a resource that stood there before, have
 * one twice, one that nobody knows or one with other content; or a file of its list has expired, or cannot be read.
 * Inconclusive: it was not writing its files at the first act; or it was unfinished, or unreachable, or not followed for ten
 * minutes; or it ended later than that after a takeover, and nobody saw it picked up; or what happened to it was not recorded
 * whole, or its client did not ask for half a minute, or what the sites hold is not known.
 * No objective: no bulk export was asked for.
 */
import { PICKED_UP_WITHIN_SECONDS } from "../model/plan/bulk-export.ts";
import type { BulkExportLine, LineOf } from "../model/record/bulk-export.ts";
import { seconds } from "../model/verdict/told.ts";
import type { Measures } from "../model/verdict/verdict.ts";
import type { Checker, Finding } from "./checker.ts";
import { type ExportCourse, exportCourse, stateText } from "./export-course.ts";
import { type ExportedLines, exportedLines } from "./exported-lines.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

/** A client asks every two seconds, and waits ten for an answer. */
const LONGEST_SILENCE_MS = 30_000;

export const bulkExport: Checker = {
  name: "bulk-export",
  needs: HOLDINGS_NEED,
  check: (record, facts) => {
    const asked = record.run.scenario.bulkExport;
    if (asked === null) return { verdict: "no-objective", reason: "no bulk export was asked for" };
    const cut = whyCut(record.bulkExport);
    if (cut !== null) return { verdict: "inconclusive", reason: cut };
    const course = exportCourse(record);
    if (course === null) return { verdict: "inconclusive", reason: "nothing happened to it that was recorded" };
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
        reason: `it says that it is complete: ${wrong.join("; ")}`,
        measures,
        evidence: [...evidence, ...named(found)],
      };
    const unseen = notSeen(course) ?? notAimed(course);
    if (unseen !== null) return { verdict: "inconclusive", reason: unseen, measures, evidence };
    const reason = `${course.outcome}: ${files.length} files with ${found.lines} lines, each resource from before in them once`;
    return { verdict: "holds", reason, measures, evidence };
  },
};

/** Of the record, or of the files that it lists; `null`: it is whole. */
function whyCut(lines: readonly BulkExportLine[]): string | null {
  const count = (type: BulkExportLine["type"]) => lines.filter((line) => line.type === type).length;
  const ends = lines.filter((line) => line.type === "end");
  const [end] = ends;
  if (count("kick-off") !== 1 || end === undefined || ends.length > 1)
    return "what happened to it was not recorded from its beginning to its end";
  const told = { polls: end.polls, jobs: end.jobs, files: end.files, resources: end.resources };
  const is = { polls: count("poll"), jobs: count("job"), files: count("file"), resources: count("resource") };
  const names = Object.keys(told) as (keyof typeof told)[];
  const wrong = names
    .filter((name) => told[name] !== is[name])
    .map((name) => `${is[name]} and not ${told[name]} ${name}`);
  if (end.listed !== null && end.listed !== end.files) wrong.push(`${end.files} files of ${end.listed}`);
  const held = Map.groupBy(
    lines.filter((line) => line.type === "resource"),
    ({ file }) => file,
  );
  for (const line of lines) {
    if (line.type !== "file" || line.lines === null) continue;
    const whole = (held.get(line.file)?.length ?? 0) + line.damaged;
    if (whole !== line.lines) wrong.push(`${whole} and not ${line.lines} lines of ${line.url}`);
  }
  if (wrong.length > 0) return `its record is not whole: ${wrong.join(", ")}`;
  return isPolled(lines) ? null : "its client did not ask all the time how far it was";
}

function isPolled(lines: readonly BulkExportLine[]): boolean {
  const timesMs = lines.flatMap((line) => (line.type === "kick-off" || line.type === "poll" ? [line.doneMs] : []));
  return timesMs.slice(1).every((atMs, i) => atMs - (timesMs[i] as number) <= LONGEST_SILENCE_MS);
}

function withoutFiles({ outcome, ...course }: ExportCourse, waitSeconds: number): Finding {
  switch (outcome) {
    case "stuck": {
      const reason = `stuck: ${waitSeconds} s after the first act every poll still says that it runs, and nobody works on it`;
      if (waitSeconds >= PICKED_UP_WITHIN_SECONDS) return { verdict: "broken", reason };
      return { verdict: "inconclusive", reason: `${reason}; ${PICKED_UP_WITHIN_SECONDS} s were promised` };
    }
    case "told": {
      const place = notAimed({ outcome, ...course });
      if (place !== null) return { verdict: "inconclusive", reason: place };
      return { verdict: "holds", reason: "it was lost, and its client was told so" };
    }
    case "unfinished":
      return {
        verdict: "inconclusive",
        reason: `it still ran ${waitSeconds} s after the first act, and somebody worked on it`,
      };
    case "unreachable":
      return { verdict: "inconclusive", reason: "nobody answered its client in the end" };
    default:
      return {
        verdict: "inconclusive",
        reason: "its client stopped asking before its time, or its job was not seen to the end",
      };
  }
}

function notAimed({ atFault, isWriting }: ExportCourse): string | null {
  if (isWriting) return null;
  const where = atFault === null ? "nobody knows where it was" : stateText(atFault);
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
  const told: [readonly string[], string][] = [
    [missing, "are missing"],
    [duplicated, "are there more than once"],
    [foreign, "are of nobody"],
    [altered, "have other content than was stored"],
  ];
  return told.flatMap(([resources, what]) => (resources.length > 0 ? [`${resources.length} resources ${what}`] : []));
}

function named({ lines: _, ...found }: ExportedLines): string[] {
  return Object.entries(found).flatMap(([what, resources]) => resources.map((resource) => `${resource}: ${what}`));
}

function tooLate({ pickedUpMs, actMs }: ExportCourse): string[] {
  const late = pickedUpMs === null ? 0 : (pickedUpMs - actMs) / 1000;
  return late > PICKED_UP_WITHIN_SECONDS ? [`it was picked up after ${seconds(late)}`] : [];
}

/** One that ended in time was picked up in time, whoever saw that. */
function notSeen({ takeovers, pickedUpMs, endedMs, actMs }: ExportCourse): string | null {
  const late = endedMs === null ? 0 : (endedMs - actMs) / 1000;
  if (takeovers.length === 0 || pickedUpMs !== null || late <= PICKED_UP_WITHIN_SECONDS) return null;
  return `it ended after ${seconds(late)}, and nobody saw when it was picked up`;
}

function evidenceOf({ actMs, atFault, takeovers, pickedUpMs, endedMs }: ExportCourse): string[] {
  const after = (ms: number) => seconds((ms - actMs) / 1000);
  return [
    `at the first act: ${atFault === null ? "not seen" : stateText(atFault)}`,
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
