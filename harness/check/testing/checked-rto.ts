/** RTO's finding on a service that answers ten writes a second, of which chosen ones fail. */
import { gatherFacts } from "../facts.ts";
import { rto } from "../rto.ts";
import { PLAN } from "./fake-plan.ts";
import type { Parts } from "./fake-run.ts";
import { every, FAULT_MS, type Instants, timeline } from "./fake-timeline.ts";

export const END_MS = FAULT_MS + 60_000;
/** From the fault to the end of the load. */
export const SINCE = every(100, FAULT_MS, END_MS);

/** Every `nth` of them fails, for the first `count` times. */
export function failing(writes: readonly Instants[], nth: number, count = Number.POSITIVE_INFINITY): Instants[] {
  return writes.map(([at, ack], i): Instants => [at, i % nth === nth - 1 && (i + 1) / nth <= count ? null : ack]);
}

export function checked(
  writes: readonly Instants[],
  rtoSeconds = 3600,
  edit: (parts: Parts) => Partial<Parts> = () => ({}),
) {
  // All of one kind: 1 in 25 of all writes may be too many of one of their kinds.
  const record = timeline(writes, { objectives: { ...PLAN.objectives, rtoSeconds } }, (parts) => {
    const alike = { ...parts, operations: parts.operations.map((op) => ({ ...op, kind: "put" as const })) };
    return { ...alike, ...edit(alike) };
  });
  return rto.check(record, gatherFacts(record));
}
