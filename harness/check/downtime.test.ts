import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OK } from "../model/columns/history.ts";
import type { RunRecord } from "../model/record/record.ts";
import { downtime, outages } from "./downtime.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";
import { BASELINE, every, FAULT_MS, type Instants, timeline } from "./testing/fake-timeline.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

const RUNS = { seed: 20260103 };

const checked = (record: RunRecord) => downtime.check(record, gatherFacts(record));
const downtimeOf = (record: RunRecord) => checked(record).measures?.downtime ?? judge(record).measures.downtime;
/** The planned run with its writes changed one by one. */
const changed = (plan: Partial<Plan>, change: (op: Parts["operations"][number]) => Parts["operations"][number]) =>
  fakeRun(plan, ({ operations }) => ({ operations: operations.map(change) }));
const intervalMs = (plan: Plan) => 1000 / plan.ratePerSecond + 2 * plan.tookMs + 1;

/** Shorter by at most one interval between writes; longer by at most two, as silence counts from the last answer. */
function expectRead(plan: Plan, { seconds, intervals }: ReturnType<typeof downtimeOf>, truthMs: number): void {
  expect(intervals).toHaveLength(1);
  const beganMs = faultMsOf(plan) + (plan.outage?.afterMs ?? 0);
  expect(Math.abs((intervals[0]?.fromMs as number) - beganMs)).toBeLessThanOrEqual(intervalMs(plan));
  expect((seconds as number) * 1000).toBeGreaterThanOrEqual(truthMs - intervalMs(plan));
  expect((seconds as number) * 1000).toBeLessThanOrEqual(truthMs + 2 * intervalMs(plan));
}

const planWithOutage: fc.Arbitrary<Plan> = fc
  .record({
    ratePerSecond: fc.integer({ min: 10, max: 50 }),
    tookMs: fc.integer({ min: 1, max: 20 }),
    afterMs: fc.integer({ min: 0, max: 3000 }),
    ms: fc.integer({ min: 200, max: 6000 }),
  })
  .map(({ ratePerSecond, tookMs, afterMs, ms }) => {
    const operator = { detectedMs: afterMs + ms / 2, routedMs: afterMs + ms };
    return { ...PLAN, ratePerSecond, tookMs, outage: { afterMs, ms }, operator, afterSeconds: 10 };
  });

test("a write answered with 429 is no downtime, and neither begins nor ends an outage", () => {
  const plan = { ...PLAN, outage: { afterMs: 0, ms: 3000 } };
  const truth = downtimeOf(fakeRun(plan));
  const missed = fakeRun(plan).history;
  const isFailed = (n: number) => missed.outcome[n] !== OK;
  const throttling = (numbers: (n: number) => boolean) =>
    changed(plan, (op) => (numbers(op.n) ? { ...op, outcome: "fail", status: 429 } : op));
  const healthy = (n: number) => n % 50 === 7 && !isFailed(n);
  expect([...Array(missed.length).keys()].filter(healthy).length).toBeGreaterThan(3);
  expect(downtimeOf(throttling(healthy))).toEqual(truth);
  const first = [...Array(missed.length).keys()].find(isFailed) as number;
  expect(downtimeOf(throttling((n) => n > first && n % 2 === 0 && isFailed(n)))).toEqual(truth);
});

test("an outage of known length at a known time is measured to within one interval between writes", () => {
  fc.assert(
    fc.property(planWithOutage, (plan) => {
      const measured = downtimeOf(fakeRun(plan));
      expect(measured.censored).toBe(false);
      expectRead(plan, measured, plan.outage?.ms ?? 0);
    }),
    RUNS,
  );
});

test("an outage of 5.000 s at 50 writes a second is measured to within one interval between them", () => {
  const plan = { ...PLAN, ratePerSecond: 50, outage: { afterMs: 10, ms: 5000 }, tookMs: 1 };
  const { seconds, intervals } = downtimeOf(fakeRun(plan));
  expect(intervals).toHaveLength(1);
  expect(Math.abs((seconds as number) - 5)).toBeLessThanOrEqual(0.02);
});

describe("a proxy that holds all requests back until service returns", () => {
  test("does not hide the outage, though every write is acknowledged in the end", () => {
    fc.assert(
      fc.property(planWithOutage, fc.integer({ min: 1100, max: 5000 }), (plan, ms) => {
        const record = fakeRun({ ...plan, outage: { afterMs: plan.outage?.afterMs ?? 0, ms }, held: true });
        expect([...record.history].every((op) => op.outcome === "ok")).toBe(true);
        expectRead(plan, downtimeOf(record), ms);
      }),
      RUNS,
    );
  });

  test("does not hide it either if it held back the first counted writes already", () => {
    const record = fakeRun({ outage: { afterMs: -3100, ms: 3000 }, held: true, operator: null });
    expect(downtimeOf(record).seconds).toBeGreaterThan(2.8);
  });
});

test("acknowledged writes cut an outage into pieces, whose sum is no longer than the whole", () => {
  const first = (PLAN.warmUpSeconds + PLAN.baselineSeconds) * PLAN.ratePerSecond + 20;
  const { seconds, intervals } = downtimeOf(fakeRun({ through: [first, first + 1, first + 2] }));
  expect(intervals).toHaveLength(2);
  expect(seconds).toBeGreaterThan(3 - 4 * (1 / PLAN.ratePerSecond));
  expect(seconds).toBeLessThan(3.1);
});

test("an outage open at the end of the load is a lower bound and inconclusive", () => {
  const record = fakeRun({ outage: { afterMs: 10, ms: null } });
  expect(checked(record).verdict).toBe("inconclusive");
  expect(checked(record).reason).toContain("at least");
  expect(downtimeOf(record)).toMatchObject({ censored: true });
  expect(downtimeOf(record).seconds).toBeGreaterThan(7.8);
  expect(downtimeOf(record).seconds).toBeLessThanOrEqual(8);
});

test("no outage is measured as 0", () => {
  expect(downtimeOf(fakeRun({ outage: null }))).toEqual({ seconds: 0, censored: false, intervals: [] });
});

test("what failed before the baseline does not count", () => {
  const record = changed({ outage: null }, (op) => (op.n < 5 ? { ...op, outcome: "info" } : op));
  expect(downtimeOf(record).seconds).toBe(0);
});

test("a single write that was not acknowledged counts until the next one was", () => {
  const record = changed({ outage: null }, (op) => (op.n === 50 ? { ...op, outcome: "fail" } : op));
  expect(downtimeOf(record).seconds).toBeCloseTo((1000 / PLAN.ratePerSecond + PLAN.tookMs) / 1000, 6);
});

describe("silence is a second or more", () => {
  const first = (PLAN.warmUpSeconds + PLAN.baselineSeconds - 1) * PLAN.ratePerSecond;
  /** The acknowledgements of almost a second are held back until the next one comes. */
  const silent = (ms: number) => {
    const after = Math.round((ms * PLAN.ratePerSecond) / 1000);
    const { operations } = fakeParts({ outage: null });
    const until = operations[first + after]?.completedMs as number;
    return changed({ outage: null }, (op) =>
      op.n > first && op.n < first + after ? { ...op, completedMs: until } : op,
    );
  };

  test.each([
    [950, 0],
    [1000, 1],
    [1050, 1],
  ])("%i ms: %i outages", (ms, count) => {
    expect(downtimeOf(silent(ms)).intervals).toHaveLength(count);
  });
});

test("is inconclusive without writes or a baseline", () => {
  const noWrites = fakeRun({}, () => ({ operations: [] }));
  const noBaseline = fakeRun({}, () => ({ events: [] }));
  expect(checked(noWrites)).toEqual({ verdict: "inconclusive", reason: "nothing was written" });
  expect(checked(noBaseline)).toEqual({ verdict: "inconclusive", reason: "the baseline was never reached" });
  for (const spoilt of [noWrites, noBaseline]) expect(downtimeOf(spoilt).seconds).toBeNull();
});

test("is inconclusive without k6's clock", () => {
  const record = fakeRun({}, ({ run }) => ({ run: { ...run, clock: null } }));
  expect(judge(record, [downtime]).checks).toMatchObject([{ name: "downtime", verdict: "inconclusive" }]);
});

describe("to the millisecond", () => {
  const since = (...writes: Instants[][]) => checked(timeline([...BASELINE, ...writes.flat()]));

  test("from the sending of the first that was not acknowledged to the next acknowledgement", () => {
    const two = since(every(100, 2000, 2200, false), every(100, 2200, 2400), [[2400, null]], every(100, 2500, 2600));
    expect(two).toMatchObject({
      verdict: "no-objective",
      reason: "nobody could write for 0.320 s, in 2 intervals",
      evidence: ["2.000 s … 2.210 s", "2.400 s … 2.510 s"],
    });
    expect(two.measures?.downtime?.intervals).toEqual([
      { fromMs: 2000, toMs: 2210 },
      { fromMs: 2400, toMs: 2510 },
    ]);
  });

  test("one failed write among many with answers that take seconds is no outage of seconds", () => {
    const answers = every(100, 2000, 9000).map(([at]): Instants => [at, at === 8000 ? null : at + 4000]);
    // The first slow answer takes seconds, which is silence.
    expect(since(answers).measures?.downtime?.intervals).toEqual([
      { fromMs: 1910, toMs: 6000 },
      { fromMs: 8000, toMs: 8100 },
    ]);
  });

  test("new writes refused while old ones are still answered are an outage", () => {
    const old = every(100, 2000, 4000).map(([sentMs]): Instants => [sentMs, sentMs + 900]);
    const turnedAway = every(100, 4000, 4800, false);
    expect(since(old, turnedAway, every(100, 4800, 6000)).measures?.downtime?.intervals).toEqual([
      { fromMs: 4000, toMs: 4800 },
    ]);
  });

  test("an open one ends when the last write was sent, not when it timed out", () => {
    const open = since(every(100, 2000, 2500, false));
    expect(open).toMatchObject({
      verdict: "inconclusive",
      reason: "nobody could write for at least 0.400 s, in 1 intervals; it had not ended when the load did",
      measures: { downtime: { censored: true, intervals: [{ fromMs: 2000, toMs: 2400 }] } },
    });
  });

  test("silence counts from the sending of the first write, and from each acknowledgement", () => {
    const first = (ackMs: number) => checked(timeline([[0, ackMs], ...every(100, 1000, 2000)])).measures?.downtime;
    expect(first(1000)?.intervals).toEqual([{ fromMs: 0, toMs: 1000 }]);
    expect(first(999)?.intervals).toEqual([]);
    const later = (ackMs: number) => since([[2000, ackMs]], every(100, 3000, 3200)).measures?.downtime?.intervals;
    expect(later(2909)).toEqual([]);
    expect(later(2910)).toEqual([{ fromMs: 1910, toMs: 2910 }]);
  });

  test("acknowledgements from before the first counted write do not count", () => {
    const record = timeline([
      [0, 500],
      [600, 700],
      [1650, 1660],
    ]);
    expect(outages(record.history, gatherFacts(record), 600)).toEqual({ intervals: [], censored: false });
    expect(outages(record.history, gatherFacts(record), 601)).toEqual({ intervals: [], censored: false });
    const held = timeline([
      [0, 500],
      [600, 1600],
      [1650, 1660],
    ]);
    expect(outages(held.history, gatherFacts(held), 600).intervals).toEqual([{ fromMs: 600, toMs: 1600 }]);
  });

  test("a failed write in a silence makes one interval of both", () => {
    const both = since([[2000, null]], [[2100, 3000]], every(100, 3000, 3200));
    expect(both.measures?.downtime?.intervals).toEqual([{ fromMs: 1910, toMs: 3000 }]);
  });

  test("a baseline that began after the last write has no outages", () => {
    const record = timeline(BASELINE);
    expect(outages(record.history, gatherFacts(record), FAULT_MS)).toEqual({ intervals: [], censored: false });
    const silent = timeline([
      [0, 10],
      [5, 1500],
    ]);
    expect(outages(silent.history, gatherFacts(silent), 6)).toEqual({ intervals: [], censored: false });
  });

  test("the baseline is the phase of that name, not the first event or the first phase", () => {
    const record = timeline([[0, null], [10, 20], ...BASELINE]);
    const before = [
      ...record.events.filter((e) => e.type !== "phase"),
      { type: "phase", phase: "warm-up", atMs: 0 } as const,
    ];
    const baseline = { type: "phase", phase: "baseline", atMs: 5 } as const;
    expect(checked({ ...record, events: [...before, baseline] }).measures?.downtime?.seconds).toBe(0);
    expect(checked({ ...record, events: before }).reason).toBe("the baseline was never reached");
  });

  test("reports when every write was acknowledged in time", () => {
    expect(since().reason).toBe("every scheduled write was acknowledged in time");
  });
});
