import { describe, expect, test } from "vitest";
import { gatherFacts } from "./facts.ts";
import type { Parts } from "./testing/fake-run.ts";
import { every, FAULT_MS, type Instants, timeline } from "./testing/fake-timeline.ts";

/** 60 writes, 10 a second: long enough that the first are not in flight any more at its end. */
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

test("within which time a write is served is two seconds more than half of the baseline's took, three at most", () => {
  const within = (writes: Instants[]) => factsOf(writes).servedWithinMs;
  expect(within(STEADY)).toBe(2010);
  expect([900, 1000, 4000].map((ms) => within(took(ms, () => true)))).toEqual([2900, 3000, 3000]);
  // Of the slow half, and of what was sent at other times, nothing is heard.
  expect(within([[FROM_MS - 1, FAULT_MS], ...took(1500, (at) => at >= FROM_MS + 3000), [FAULT_MS, 9000]])).toBe(2010);
  expect(within(took(1500, (at) => at >= FROM_MS + 2000 && at < FROM_MS + 4000))).toBe(2010);
  expect(within(STEADY.map(([at]): Instants => [at, null]))).toBe(2000);
});

describe("the baseline's rate", () => {
  test("counts what was sent from its first instant up to the fault's, which is no longer in it", () => {
    expect(factsOf(STEADY).baseline).toEqual({ fromMs: FROM_MS, toMs: FAULT_MS, ratePerSecond: 10 });
    expect(rateOf([[FROM_MS - 1, FROM_MS + 9], ...STEADY, [FAULT_MS, FAULT_MS + 10]])).toBe(10);
  });

  test("is that of writes sent in it, although the answer came after it", () => {
    expect(rateOf(took(900, (at) => at >= FAULT_MS - 500))).toBe(10);
    // A backlog from before it, answered in it, is nothing that was sent in it.
    const backlog = every(50, FROM_MS - 500, FROM_MS).map(([at]): Instants => [at, FROM_MS + 5]);
    expect(rateOf([...backlog, ...every(200, FROM_MS, FAULT_MS)])).toBe(5);
  });

  test("leaves out what waited too long", () => {
    expect([2010, 2011].map((tookMs) => rateOf(took(tookMs, early)))).toEqual([10, 7.5]);
  });

  test("is next to none where as a rule it takes longer than three seconds", () => {
    const [within, beyond] = [3000, 3001].map((tookMs) => rateOf(took(tookMs, () => true)));
    expect([within, beyond]).toEqual([10, 0]);
  });

  test("counts what the fault met in flight, unless it had waited too long by then", () => {
    const dead = (ms: number) => [...every(100, FROM_MS, FAULT_MS - ms), ...every(100, FAULT_MS - ms, FAULT_MS, false)];
    expect([1000, 2000, 5000].map((ms) => rateOf(dead(ms)))).toEqual([10, 10, 5]);
  });

  test("counts that to the millisecond", () => {
    const sent = (ms: number) =>
      rateOf(STEADY.map(([at, ack]): Instants => (at === FAULT_MS - 2000 ? [ms, null] : [at, ack])));
    expect([sent(FAULT_MS - 2010), sent(FAULT_MS - 2011)]).toEqual([10, 59 / 6]);
  });

  test("does not count what had failed by then, and what failed in that very instant was in flight", () => {
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

  test("is 0 where nothing was served", () => {
    expect(rateOf(every(100, FROM_MS, FAULT_MS, false))).toBe(0);
  });
});
