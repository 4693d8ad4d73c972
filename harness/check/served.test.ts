import { describe, expect, test } from "vitest";
import { gatherFacts } from "./facts.ts";
import type { Parts } from "./testing/fake-run.ts";
import { every, FAULT_MS, type Instants, timeline } from "./testing/fake-timeline.ts";

/** 60 writes, 10 a second: long enough that the first are no longer in flight at its end. */
const FROM_MS = FAULT_MS - 6000;
const STEADY = every(100, FROM_MS, FAULT_MS);

function factsOf(writes: readonly Instants[], edit: (parts: Parts) => Partial<Parts> = () => ({})) {
  return gatherFacts(
    timeline(writes, {}, (parts) => ({
      events: parts.events.map((e) => (e.type === "phase" && e.phase === "baseline" ? { ...e, atMs: FROM_MS } : e)),
      ...edit(parts),
    })),
  );
}
const rateOf = (...args: Parameters<typeof factsOf>) => factsOf(...args).baseline?.ratePerSecond;
const took = (tookMs: number, isSo: (sentMs: number) => boolean) =>
  STEADY.map(([at, ackMs]): Instants => [at, isSo(at) ? at + tookMs : ackMs]);
const early = (at: number) => at < FROM_MS + 1500;

test("a write is served within two seconds more than the median of the baseline, at most three", () => {
  const within = (writes: Instants[]) => factsOf(writes).servedWithinMs;
  expect(within(STEADY)).toBe(2010);
  expect([900, 1000, 4000].map((ms) => within(took(ms, () => true)))).toEqual([2900, 3000, 3000]);
  // The slow half, and writes sent at other times, do not matter.
  expect(within([[FROM_MS - 1, FAULT_MS], ...took(1500, (at) => at >= FROM_MS + 3000), [FAULT_MS, 9000]])).toBe(2010);
  expect(within(took(1500, (at) => at >= FROM_MS + 2000 && at < FROM_MS + 4000))).toBe(2010);
  expect(within(STEADY.map(([at]): Instants => [at, null]))).toBe(2000);
});

describe("the baseline's rate", () => {
  test("counts writes sent from its first instant up to that of the fault, exclusively", () => {
    expect(factsOf(STEADY).baseline).toEqual({ fromMs: FROM_MS, toMs: FAULT_MS, ratePerSecond: 10 });
    expect(rateOf([[FROM_MS - 1, FROM_MS + 9], ...STEADY, [FAULT_MS, FAULT_MS + 10]])).toBe(10);
  });

  test("is that of writes sent in it, even if the answer came after it", () => {
    expect(rateOf(took(900, (at) => at >= FAULT_MS - 500))).toBe(10);
    // A backlog from before it, answered in it, was not sent in it.
    const backlog = every(50, FROM_MS - 500, FROM_MS).map(([at]): Instants => [at, FROM_MS + 5]);
    expect(rateOf([...backlog, ...every(200, FROM_MS, FAULT_MS)])).toBe(5);
  });

  test("leaves out writes that waited too long", () => {
    expect([2010, 2011].map((tookMs) => rateOf(took(tookMs, early)))).toEqual([10, 7.5]);
  });

  test("is next to 0 if writes usually take longer than three seconds", () => {
    const [within, beyond] = [3000, 3001].map((tookMs) => rateOf(took(tookMs, () => true)));
    expect([within, beyond]).toEqual([10, 0]);
  });

  test("counts writes in flight at the fault, unless they had waited too long by then", () => {
    const dead = (ms: number) => [...every(100, FROM_MS, FAULT_MS - ms), ...every(100, FAULT_MS - ms, FAULT_MS, false)];
    expect([1000, 2000, 5000].map((ms) => rateOf(dead(ms)))).toEqual([10, 10, 5]);
  });

  test("counts that to the millisecond", () => {
    const sent = (ms: number) =>
      rateOf(STEADY.map(([at, ack]): Instants => (at === FAULT_MS - 2000 ? [ms, null] : [at, ack])));
    expect([sent(FAULT_MS - 2010), sent(FAULT_MS - 2011)]).toEqual([10, 59 / 6]);
  });

  test("does not count writes that had failed by then; one that failed at that instant was in flight", () => {
    const failedAt = (ms: number) =>
      rateOf(STEADY, ({ operations: all }) => ({
        operations: all.map((op) => (op.n === 59 ? { ...op, outcome: "info", completedMs: ms } : op)),
      }));
    expect([failedAt(FAULT_MS), failedAt(FAULT_MS - 1)]).toEqual([10, 59 / 6]);
    const failed = rateOf(STEADY, ({ operations: all }) => ({
      operations: all.map((op) => (op.n >= 45 ? { ...op, outcome: "info" } : op)),
    }));
    expect(failed).toBe(7.5);
  });

  test("is 0 if nothing was served", () => {
    expect(rateOf(every(100, FROM_MS, FAULT_MS, false))).toBe(0);
  });
});
