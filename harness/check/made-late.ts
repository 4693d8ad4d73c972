/**
 * Made late: an acknowledged version that its server made, by its own clock, only after the acknowledgement. Such a
 * version did not exist when its client was told "done". Replaying stranded writes makes them again, and behind a
 * proxy that may send a request to both sites one of the two may carry it out late; but no version is made after the
 * audit has begun.
 *
 * In a lab all clocks are those of one machine, except a clock that a fault has set. The clocks of one's own system
 * are not known, and several runners that share a load each have a clock of their own.
 */
import type { Contents } from "../model/columns/contents.ts";
import { type History, OK } from "../model/columns/history.ts";
import type { RunRecord } from "../model/record/record.ts";
import { type Facts, phaseBeganMs } from "./facts.ts";
import { WHOLE } from "./survivors.ts";

/** How far a machine's clock may be set back while a write is answered. */
const LATER_MS = 1000;
/** From this record version on, each audit of a lab records when versions were made. */
const TIMED_RECORD = 2;

export interface MadeLate {
  reason: string;
  evidence: string[];
}

/** What contradicts the times of the serving site's versions; `null` when nothing does. */
export function madeLate(record: RunRecord, facts: Facts): MadeLate | null {
  const { run, history, audit } = record;
  if (run.config.own !== null || run.clock === null || (run.runners?.length ?? 1) > 1) return null;
  const { offsetMs, errorMs } = run.clock;
  const laterMs = LATER_MS + errorMs + aheadMs(record);
  const contents = audit[facts.serving];
  const endMs = endOf(record);
  const evidence: string[] = [];
  let untimed = 0;
  for (let i = 0; i < history.length; i += 1) {
    if (history.outcome[i] !== OK || facts.holdings.serving.fates[i] !== WHOLE) continue;
    for (let row = contents.lastRowOf(history.n[i] as number); row >= 0; row = contents.rowBefore[row] as number) {
      if (!isNamed(history, i, contents, row)) continue;
      const madeMs = (contents.updatedMs[row] as number) - offsetMs;
      if (Number.isNaN(madeMs)) untimed += 1;
      if (!(madeMs > endMs(i) + laterMs)) continue;
      const what = `${contents.resourceAt(row)}, version ${contents.version[row]}`;
      evidence.push(`${history.idAt(i)}: ${what}, was made ${((madeMs - endMs(i)) / 1000).toFixed(3)} s too late`);
    }
  }
  if (evidence.length > 0) return { reason: `${evidence.length} acknowledged versions were made too late`, evidence };
  if (untimed > 0 && run.record >= TIMED_RECORD)
    return { reason: `the audit does not say when ${untimed} acknowledged versions were made`, evidence };
  return null;
}

/** The latest time at which the version of an acknowledgement can have been made. */
function endOf({ run, history, events }: RunRecord): (i: number) => number {
  const auditMs = phaseBeganMs(events, "audit") ?? Number.POSITIVE_INFINITY;
  const isMadeOnce = run.config.proxy === "latched" && run.config.operator.strandedWrites !== "replay";
  return (i) => (isMadeOnce ? (history.completedMs[i] as number) : auditMs);
}

/** The most that a clock was ahead. */
function aheadMs({ run }: RunRecord): number {
  return run.scenario.faults.reduce(
    (most, fault) => (fault.kind === "clock-skew" ? Math.max(most, fault.offsetSeconds * 1000) : most),
    0,
  );
}

/** Whether the acknowledgement of write i names this version. */
function isNamed(history: History, i: number, { name, version }: Contents, row: number): boolean {
  for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1)
    if (history.storedName[s] === name[row] && history.storedVersion[s] === version[row]) return true;
  return false;
}
