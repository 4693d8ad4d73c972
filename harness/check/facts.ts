/** What several checkers need to know of a run, read off its record once. */
import type { FaultEvent, OperatorEvent } from "../model/event.ts";
import { OK } from "../model/history.ts";
import type { RunRecord } from "../model/record.ts";
import type { Side } from "../model/side.ts";
import { type Holdings, holdingsOf } from "./survivors.ts";

export interface Disaster {
  /** The first act of the fault: outages count from here, so that none looks shorter than it was. */
  beganMs: number;
  /** The last act: losses are measured back from here, so that none looks younger than it was. */
  injectedMs: number;
  evidenced: boolean;
}

export interface Facts {
  /** `null` when the fault was never injected. */
  disaster: Disaster | null;
  baseline: { fromMs: number; toMs: number } | null;
  /** When the last write was sent. */
  loadEndMs: number;
  /** The side that serves when all is over. */
  serving: Side;
  other: Side;
  operator: Partial<Record<OperatorEvent["step"], OperatorEvent>>;
  /** What the serving side holds, by its database and its API; and the other, which serves nobody, by its database. */
  holdings: { serving: Holdings; other: Holdings };
}

export function gatherFacts(record: RunRecord): Facts {
  const { events, history, run } = record;
  const faults = events.filter((event) => event.type === "fault");
  const firstFault = faults.find((event) => event.state === "injecting");
  const baselineFrom = events.find((event) => event.type === "phase" && event.phase === "baseline")?.atMs;
  const operator: Facts["operator"] = {};
  for (const event of events) if (event.type === "operator") operator[event.step] ??= event;
  const serving = operator.latched?.side ?? "a";
  const other = serving === "a" ? "b" : "a";
  return {
    disaster: disasterOf(faults.filter((event) => event.fault === run.scenario.disaster)),
    baseline: baselineFrom !== undefined && firstFault ? { fromMs: baselineFrom, toMs: firstFault.atMs } : null,
    loadEndMs: history.length > 0 ? (history.invokedMs[history.length - 1] as number) : 0,
    serving,
    other,
    operator,
    holdings: {
      serving: holdingsOf(record.audit[serving], history),
      other: holdingsOf(record.audit[other], history, { api: false }),
    },
  };
}

function disasterOf(events: readonly FaultEvent[]): Disaster | null {
  const began = events.find((event) => event.state === "injecting");
  const injected = events.find((event) => event.state === "injected");
  if (!began || !injected) return null;
  return {
    beganMs: began.atMs,
    injectedMs: injected.atMs,
    evidenced: events.some((event) => event.state === "evidenced"),
  };
}

/** Acknowledged writes a second in the baseline; `null` when there was none. */
export function baselineRate(record: RunRecord, facts: Facts): number | null {
  if (facts.baseline === null || facts.baseline.toMs <= facts.baseline.fromMs) return null;
  const { fromMs, toMs } = facts.baseline;
  const { history } = record;
  let acknowledged = 0;
  for (let i = 0; i < history.length; i += 1) {
    const at = history.completedMs[i] as number;
    if (history.outcome[i] === OK && at >= fromMs && at < toMs) acknowledged += 1;
  }
  return (acknowledged * 1000) / (toMs - fromMs);
}
