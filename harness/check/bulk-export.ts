/**
 * Bulk export: a client requested one before the load, and it was writing its files when the first act of the scenario
 * came. Does it end, does the client learn how, and do the files hold what was stored? Outcomes: completed without a
 * takeover, or resumed after one; told (after the last takeover, the client gets the same error about the job fifteen
 * times in the end, so it can ask again); stuck (in the end every poll reports it as running, and for ten minutes, less
 * the fifteen seconds that a poll may take, no server worked on it); unfinished (a server did, and it was not done when
 * its client gave up); unreachable (the last polls got neither files, nor a lasting error about the job). An error about
 * the job is a status of 400 or above, other than 401, 403, 408, 429, 502, 503 and 504.
 *
 * Picked up: the state of its job in the new primary's database differs from the state after the last takeover. The
 * promise is that this happens within ten minutes. Whenever that state changes in the database of the site that serves,
 * a server worked on it. Every resource that existed before the export was requested must be in the files once, as it
 * was stored. Every other line must be as a site holds it, or as the warm-up sent it: version, content, and the patient
 * that it refers to.
 *
 * Unit: resources, lines, files; seconds from the first act.
 * Broken: it was stuck, and its client waited for ten minutes or more; or it was picked up later than that; or its
 * client got the first of those errors after more than ten minutes in which no server worked on it; or it was observed
 * for more than ten minutes while no server worked on it, even if one finished it later; or its files lack a resource
 * that existed before, have one twice, one that is unknown or one with other content or another reference; or a listed
 * file has expired, or cannot be read.
 * Inconclusive: it was not writing its files at the first act, or when the first takeover began; or it had ended when a
 * later takeover began, or before a planned switchover or the disaster; or it was unfinished, or unreachable, or stuck
 * and not followed for ten minutes; or it ended later than that after a takeover, and the pick-up was not observed; or
 * its client got the files before the first act, or while the database of the site that served had the job in another
 * state; or its record is incomplete, the request was not accepted, or its client did not poll for half a minute; or
 * what the sites hold is not known.
 * No objective: no bulk export was requested.
 */
import { PICKED_UP_WITHIN_SECONDS } from "../model/plan/bulk-export.ts";
import type { LineOf } from "../model/record/bulk-export.ts";
import { seconds } from "../model/verdict/told.ts";
import type { Measures } from "../model/verdict/verdict.ts";
import type { Checker, Finding } from "./checker.ts";
import { type ExportCourse, exportCourse } from "./export-course.ts";
import { hasEnded, isWritten, stateText } from "./export-progress.ts";
import { whyCut } from "./export-record.ts";
import { type ExportedLines, exportedLines } from "./exported-lines.ts";
import type { Facts } from "./facts.ts";
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
      return { ...withoutFiles(course, asked.waitSeconds, facts.disaster), evidence, measures };
    }
    const unknown = whatServingHolds(facts);
    if (unknown) return { ...unknown, evidence };
    const files = record.bulkExport.filter((line) => line.type === "file");
    const found = exportedLines(record);
    const measures = { bulkExport: { ...timesOf(course), ...measured(found, files.length) } };
    const wrong = [...unreadable(files), ...wrongLines(found), ...tooSlow(course)];
    if (wrong.length > 0)
      return {
        verdict: "broken",
        reason: `it is reported as complete: ${wrong.join("; ")}`,
        measures,
        evidence: [...evidence, ...named(found)],
      };
    const unseen = notSeen(course) ?? notDrilled(course, facts.disaster);
    if (unseen !== null) return { verdict: "inconclusive", reason: unseen, measures, evidence };
    const reason = `${course.outcome}: ${files.length} files with ${found.lines} lines, each resource from before the export once`;
    return { verdict: "holds", reason, measures, evidence };
  },
};

function withoutFiles(course: ExportCourse, waitSeconds: number, disaster: Facts["disaster"]): Finding {
  const { outcome, why, standstillMs, wasSeen } = course;
  if (outcome === null) return { verdict: "inconclusive", reason: why };
  // A standstill is the reason of the other two already.
  const late = outcome === "stuck" || outcome === "told" ? tooLate(course) : tooSlow(course);
  if (late.length > 0) return { verdict: "broken", reason: `${outcome}: ${late.join("; ")}` };
  switch (outcome) {
    case "stuck": {
      const reason = `stuck: ${waitSeconds} s after the first act every poll still reports it as running, and no server works on it`;
      if (waitSeconds >= PICKED_UP_WITHIN_SECONDS) return { verdict: "broken", reason };
      return { verdict: "inconclusive", reason: `${reason}; ${PICKED_UP_WITHIN_SECONDS} s were promised` };
    }
    case "told": {
      const idle = Math.max(course.idleMs, standstillMs) / 1000;
      if (idle > PICKED_UP_WITHIN_SECONDS) {
        const reason = `its client got an error after ${seconds(idle)} in which no server worked on it`;
        if (wasSeen || standstillMs / 1000 > PICKED_UP_WITHIN_SECONDS) return { verdict: "broken", reason };
        return { verdict: "inconclusive", reason: `${reason}, or its job was not observed` };
      }
      const unmet = notDrilled(course, disaster);
      if (unmet !== null) return { verdict: "inconclusive", reason: unmet };
      return { verdict: "holds", reason: "it was lost, and its client got an error" };
    }
    case "unfinished":
      return {
        verdict: "inconclusive",
        reason: `it still ran ${waitSeconds} s after the first act, and a server worked on it`,
      };
    default:
      return { verdict: "inconclusive", reason: "its client's last polls got no lasting answer about the job" };
  }
}

/** Why the scenario did not strike an export in progress, as it was to do; `null` if it did. */
function notDrilled({ atFault, takeovers, missed, endedMs }: ExportCourse, disaster: Facts["disaster"]): string | null {
  if (atFault === null || !isWritten(atFault))
    return `it was not writing its files at the first act: ${atFault === null ? "its state is not known" : stateText(atFault)}`;
  for (const [place, { side, state }] of takeovers.entries()) {
    const when = `when ${side.toUpperCase()} took over`;
    if (state === null) return `its state is not known ${when}`;
    // The work that the first takeover interrupts is waiting when another one comes.
    if (place === 0 && !isWritten(state)) return `it was not writing its files ${when}: ${stateText(state)}`;
    if (hasEnded(state)) return `it had ended ${when}: ${stateText(state)}`;
  }
  if (disaster !== null && endedMs !== null && endedMs <= disaster.beganMs) return "it had ended before the disaster";
  const [site] = missed;
  return site === undefined ? null : `the planned switchover to ${site.toUpperCase()} did not come before its end`;
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

function tooSlow(course: ExportCourse): string[] {
  const late = tooLate(course);
  const stoodStill = course.standstillMs / 1000;
  if (late.length > 0 || stoodStill <= PICKED_UP_WITHIN_SECONDS) return late;
  return [`no server worked on it for ${seconds(stoodStill)}`];
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
