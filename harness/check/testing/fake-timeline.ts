/** Writes sent and acknowledged at exact instants, for decisions on a boundary. Pure. */
import type { Operation } from "../../model/columns/operation.ts";
import { kindOfWrite, writeId } from "../../model/load/write.ts";
import type { Scenario } from "../../model/plan/scenario.ts";
import type { DrillEvent } from "../../model/record/event.ts";
import type { RunRecord } from "../../model/record/record.ts";
import { PLAN, type Plan } from "./fake-plan.ts";
import { fakeRun, type Parts } from "./fake-run.ts";
import { faultMsOf, MIX, RUNNER } from "./fake-writes.ts";

/** The baseline begins at 0 and ends here, with an instantaneous fault. */
export const FAULT_MS = 2000;

/** What may happen besides the disaster; only what is among the events does. */
export const SCHEDULE: Pick<Scenario, "faults" | "orders"> = {
  faults: [
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0 },
    { kind: "link-cut", link: "hapi-b", afterSeconds: 20 },
    { kind: "freeze", part: "hapi-b", afterSeconds: 30 },
  ],
  orders: [{ kind: "switchover", to: "a", afterSeconds: 12.5 }],
};

/** When a write was sent, and when acknowledged; `null` if it timed out. */
export type Instants = readonly [sentMs: number, ackMs: number | null];

/** Writes every `ms` milliseconds, each acknowledged 10 ms after it was sent; or none of them acknowledged. */
export function every(ms: number, fromMs: number, beforeMs: number, acknowledged = true): Instants[] {
  const count = Math.ceil((beforeMs - fromMs) / ms);
  return Array.from({ length: count }, (_, i) => fromMs + i * ms).map((at) => [at, acknowledged ? at + 10 : null]);
}

/** 20 acknowledged writes in the 2 s of the baseline: 10 a second. */
export const BASELINE = every(100, 0, FAULT_MS);

export function timeline(
  writes: readonly Instants[],
  changes: Partial<Plan> = {},
  edit: (parts: Parts) => Partial<Parts> = () => ({}),
): RunRecord {
  const operations = writes.map(([invokedMs, ackMs], n): Operation => {
    const known = { write: writeId(PLAN.seed, n), n, kind: kindOfWrite(PLAN.seed, n, MIX), invokedMs, line: 2 * n + 2 };
    return ackMs === null
      ? { ...known, ...{ completedMs: invokedMs + 5000, outcome: "info", reason: "timeout", status: 0 }, ...NOTHING }
      : { ...known, ...{ completedMs: ackMs, outcome: "ok", reason: "acknowledged", status: 201 }, ...NOTHING };
  });
  return fakeRun(changes, (parts) => {
    const exact = { ...parts, operations, events: parts.events.map(atInstant) };
    return { ...exact, ...edit(exact) };
  });
}

const NOTHING = { stored: [], servedBy: "a", runner: RUNNER, read: null };

/** The operator's steps follow this fault as they follow the plan's own. */
function atInstant(event: DrillEvent): DrillEvent {
  if (event.type === "phase" && event.phase === "baseline") return { ...event, atMs: 0 };
  return { ...event, atMs: event.type === "fault" ? FAULT_MS : event.atMs - faultMsOf(PLAN) + FAULT_MS };
}
