import { describe, expect, test } from "vitest";
import { gatherFacts } from "./facts.ts";
import { BASELINE, every, FAULT_MS, type Instants, timeline } from "./planted-timeline.ts";

describe("the baseline's rate", () => {
  const rateOf = (writes: readonly Instants[]) => gatherFacts(timeline(writes)).baseline?.ratePerSecond;
  const took = (tookMs: number, isSo: (sentMs: number) => boolean) =>
    BASELINE.map(([at, ackMs]): Instants => [at, isSo(at) ? at + tookMs : ackMs]);

  test("counts what was sent from its first instant up to the fault's, which is no longer in it", () => {
    expect(gatherFacts(timeline(BASELINE)).baseline).toEqual({ fromMs: 0, toMs: FAULT_MS, ratePerSecond: 10 });
    expect(rateOf([[-1, 9], ...every(100, 0, FAULT_MS), [FAULT_MS, FAULT_MS + 10]])).toBe(10);
    expect(rateOf([[0, 10], ...every(1000, FAULT_MS - 1, 5000)])).toBe(1);
  });

  test("is that of writes sent in it, whenever the answer came within a second", () => {
    expect(rateOf(took(900, (at) => at >= 1500))).toBe(10);
    // A backlog from before it, answered in it, is nothing that was sent in it.
    const backlog = every(50, -500, 0).map(([at]): Instants => [at, 5]);
    expect(rateOf([...backlog, ...every(200, 0, FAULT_MS)])).toBe(5);
  });

  test("leaves out what waited a second longer than is usual, which is what half of them needed", () => {
    expect([1010, 1011].map((tookMs) => rateOf(took(tookMs, (at) => at < 500)))).toEqual([10, 7.5]);
    const slow = (slowestMs: number) =>
      rateOf(BASELINE.map(([at]): Instants => [at, at + (at === 0 ? slowestMs : 900)]));
    expect([1900, 1901].map(slow)).toEqual([10, 9.5]);
  });

  test("is none that a service reaches that needs more than two seconds as a rule", () => {
    expect([2000, 2001].map((tookMs) => rateOf(took(tookMs, () => true)))).toEqual([10, 0]);
  });

  test("counts what the fault met in flight, unless it had waited too long by then", () => {
    expect(rateOf([...every(100, 0, 1500), ...every(100, 1500, FAULT_MS, false)])).toBe(10);
    expect(rateOf([...every(100, 0, 500), ...every(100, 500, FAULT_MS, false)])).toBe(7.5);
  });

  test("does not count what had failed by then", () => {
    const failed = timeline(BASELINE, {}, ({ operations: all }) => ({
      operations: all.map((op) => (op.n >= 15 ? { ...op, outcome: "info" } : op)),
    }));
    expect(gatherFacts(failed).baseline?.ratePerSecond).toBe(7.5);
  });

  test("is 0 where nothing was acknowledged", () => {
    expect(rateOf(every(100, 0, FAULT_MS, false))).toBe(0);
  });
});
