/** What several checkers need to know of a run, read off its record once. */
import type { FaultEvent, OperatorEvent } from "../model/event.ts";
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
  operator: Partial<Record<OperatorEvent["step"], OperatorEvent>>;
  /** What the serving side holds, by its database and its API; and the other, which serves nobody, by its database. */
  holdings: { serving: Holdings; other: Holdings };
}

export function gatherFacts(record: RunRecord): Facts {
  const { events, operations, run } = record;
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
    loadEndMs: operations.at(-1)?.invokedMs ?? 0,
    serving,
    operator,
    holdings: {
      serving: holdingsOf(serving, record.audit),
      other: holdingsOf(other, record.audit, { api: false }),
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
  const acknowledged = record.operations.filter(
    (op) => op.outcome === "ok" && op.completedMs !== null && op.completedMs >= fromMs && op.completedMs < toMs,
  );
  return (acknowledged.length * 1000) / (toMs - fromMs);
}
