/**
 * Made late: an acknowledged version that its server made, by its own clock, only after it had been acknowledged. What was made
 * then was not there when its client was told of it, whatever it says. Where stranded writes are replayed they are made again,
 * and behind a proxy that may send a request to both sites one of the two can have been carried out late; but nothing is made
 * when the audit has begun.
 *
 * In a lab all clocks are one machine's, but for a clock that a fault has set. Those of one's own system are not known, and
 * where several runners share a load each has a clock of its own.
 */
import type { Contents } from "../model/columns/contents.ts";
import { type History, OK } from "../model/columns/history.ts";
import type { RunRecord } from "../model/record/record.ts";
import { type Facts, phaseBeganMs } from "./facts.ts";
import { WHOLE } from "./survivors.ts";

/** What a machine's clock may be set back by, while a write is answered. */
const LATER_MS = 1000;
/** From this version of a record on each audit of a lab wrote down when versions were made. */
const TIMED_RECORD = 2;

export interface MadeLate {
  reason: string;
  evidence: string[];
}

/** What speaks against the times of the serving side's versions; `null` when nothing does. */
export function madeLate(record: RunRecord, facts: Facts): MadeLate | null {
  const { run, history, audit } = record;
  if (run.config.own !== null || run.clock === null || (run.runners?.length ?? 1) > 1) return null;
  const { offsetMs, errorMs } = run.clock;
  const laterMs = LATER_MS + errorMs + aheadMs(record);
  const contents = audit[facts.serving];
  const endMs = endOf(record);
  const evidence: string[] = [];
  let silent = 0;
  for (let i = 0; i < history.length; i += 1) {
    if (history.outcome[i] !== OK || facts.holdings.serving.fates[i] !== WHOLE) continue;
    for (let row = contents.lastRowOf(history.n[i] as number); row >= 0; row = contents.rowBefore[row] as number) {
      if (!isNamed(history, i, contents, row)) continue;
      const madeMs = (contents.updatedMs[row] as number) - offsetMs;
      if (Number.isNaN(madeMs)) silent += 1;
      if (!(madeMs > endMs(i) + laterMs)) continue;
      const what = `${contents.resourceAt(row)}, version ${contents.version[row]}`;
      evidence.push(`${history.idAt(i)}: ${what}, was made ${((madeMs - endMs(i)) / 1000).toFixed(3)} s too late`);
    }
  }
  if (evidence.length > 0) return { reason: `${evidence.length} acknowledged versions were made too late`, evidence };
  if (silent > 0 && run.record >= TIMED_RECORD)
    return { reason: `of ${silent} acknowledged versions nobody wrote down when they were made`, evidence };
  return null;
}

/** When the version of an acknowledgement must have been made. */
function endOf({ run, history, events }: RunRecord): (i: number) => number {
  const auditMs = phaseBeganMs(events, "audit") ?? Number.POSITIVE_INFINITY;
  const isMadeOnce = run.config.proxy === "latched" && run.config.operator.strandedWrites !== "replay";
  return (i) => (isMadeOnce ? (history.completedMs[i] as number) : auditMs);
}

/** By how much a clock was ahead at the most. */
function aheadMs({ run }: RunRecord): number {
  return run.scenario.faults.reduce(
    (most, fault) => (fault.kind === "clock-skew" ? Math.max(most, fault.offsetSeconds * 1000) : most),
    0,
  );
}

/** The acknowledgement of write i names this version. */
function isNamed(history: History, i: number, { name, version }: Contents, row: number): boolean {
  for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1)
    if (history.storedName[s] === name[row] && history.storedVersion[s] === version[row]) return true;
  return false;
}
