import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { availability } from "./availability.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";
import { BASELINE, every, FAULT_MS, timeline } from "./testing/fake-timeline.ts";

const checked = (changes: Partial<Plan> = {}, edit?: (parts: Parts) => Partial<Parts>) => {
  const record = fakeRun(changes, edit);
  return availability.check(record, gatherFacts(record));
};
const promise = (share: number, periodDays = 30) => {
  return { objectives: { ...PLAN.objectives, availability: { share, periodDays } } };
};
/** From the baseline to the last write: 3 s and 8 s, less one interval. */
const WATCHED_SECONDS = 11 - 1 / PLAN.ratePerSecond;

test("is 1 without an outage", () => {
  expect(checked({ outage: null }).measures?.availability).toMatchObject({ byTime: 1, byCount: 1 });
});

test("is what a seeded outage leaves, by time and by count", () => {
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 4000 }), (ms) => {
      const { byTime, byCount } = checked({ outage: { afterMs: 10, ms } }).measures?.availability ?? {};
      const left = 1 - ms / 1000 / WATCHED_SECONDS;
      expect(Math.abs((byTime as number) - left)).toBeLessThan(0.013);
      expect(Math.abs((byCount as number) - left)).toBeLessThan(0.013);
    }),
    { seed: 41 },
  );
});

test("counts a write that k6 dropped as not acknowledged", () => {
  const dropped = checked({ outage: null }, ({ run }) => ({
    run: { ...run, k6: { iterations: 240, droppedIterations: 55, exitCode: 0 } },
  }));
  expect(dropped.measures?.availability?.byCount).toBe(1 - 55 / 275);
});

test("ignores the warm-up", () => {
  const edit = ({ operations }: Parts) => ({
    operations: operations.map((op) => (op.n < 19 ? { ...op, outcome: "info" as const } : op)),
  });
  expect(checked({ outage: null }, edit).measures?.availability).toMatchObject({ byTime: 1, byCount: 1 });
});

test("spends the error budget of the promised period", () => {
  const { verdict, measures } = checked({ ...promise(0.999) });
  // 0.1 % of 30 days are 2592 s; the outage takes about 3 of them, and about 60 of the 51,840 writes in them.
  expect(verdict).toBe("holds");
  expect((measures?.availability?.budgetByTime as number) * 2592).toBeCloseTo(3.03, 1);
  expect((measures?.availability?.budgetByCount as number) * 2592 * 20).toBeCloseTo(60, 5);
});

test.each([
  [0.999, 30, null, "holds"],
  [0.99999, 2, null, "broken"],
  [0.999, 30, { outage: { afterMs: 10, ms: null } }, "inconclusive"],
  [0.99999, 2, { outage: { afterMs: 10, ms: null } }, "broken"],
] as const)("a promise of %d over %d days, %j: %s", (share, periodDays, changes, verdict) => {
  expect(checked({ ...promise(share, periodDays), ...changes }).verdict).toBe(verdict);
});

test("breaks by count as well as by time", () => {
  // Every second write fails: little time, but half of the writes.
  const edit = ({ operations }: Parts) => ({
    operations: operations.map((op) => (op.n % 2 === 0 ? { ...op, outcome: "fail" as const } : op)),
  });
  const { measures } = checked({ outage: null }, edit);
  expect(measures?.availability?.byCount).toBeCloseTo(0.5, 2);
});

test("without a promise no budget is spent; without writes or a baseline it is inconclusive", () => {
  expect(checked().verdict).toBe("no-objective");
  expect(checked().measures?.availability).toMatchObject({ budgetByTime: null, budgetByCount: null });
  for (const edit of [() => ({ operations: [] }), () => ({ events: [] })])
    expect(checked({}, edit)).toEqual({
      verdict: "inconclusive",
      reason: "nothing was written from the baseline on",
    });
});

test("is inconclusive without k6's clock", () => {
  const record = fakeRun({}, ({ run }) => ({ run: { ...run, clock: null } }));
  expect(judge(record, [availability]).checks).toMatchObject([{ name: "availability", verdict: "inconclusive" }]);
});

describe("to the number", () => {
  /** 20 writes of the baseline and as many after it, 5 of them failed in 510 ms; the last was sent at 3900. */
  const writes = [...BASELINE, ...every(100, FAULT_MS, 2500, false), ...every(100, 2500, 4000)];
  const figures = (changes: Partial<Plan> = {}, edit?: (parts: Parts) => Partial<Parts>) => {
    const record = timeline(writes, changes, edit);
    return availability.check(record, gatherFacts(record));
  };

  test("by time and by count, in figures and in words", () => {
    const { reason, measures } = figures();
    expect(measures?.availability).toEqual({
      ...{ byTime: 1 - 0.51 / 3.9, byCount: 1 - 5 / 40, budgetByTime: null, budgetByCount: null },
    });
    expect(reason).toBe("86.923 % of the time, 87.500 % of the writes");
  });

  test("the budget is the promised period's, at the load's rate", () => {
    const { reason, measures } = figures(promise(0.5, 0.01));
    // Half of 864 s, and of the 17,280 writes in them.
    expect(measures?.availability?.budgetByTime).toBeCloseTo(0.51 / 432, 12);
    expect(measures?.availability?.budgetByCount).toBeCloseTo(5 / (432 * 20), 12);
    expect(reason).toBe(
      "86.923 % of the time, 87.500 % of the writes; of the error budget of 0.01 days, 0.118 % by time and 0.058 % by count",
    );
  });

  test("a budget spent to the last holds; either of the two, when passed, breaks it", () => {
    const verdict = (allowedSeconds: number, edit?: (parts: Parts) => Partial<Parts>) =>
      figures({ ...promise(0, allowedSeconds / 86_400) }, edit).verdict;
    // 5 writes at 20 a second are 0.25 s; the time is 0.51 s.
    expect([verdict(0.511), verdict(0.509)]).toEqual(["holds", "broken"]);
    const dropped = (droppedIterations: number) => (parts: Parts) => ({
      run: { ...parts.run, k6: { iterations: 40, droppedIterations, exitCode: 0 } },
    });
    expect([verdict(1, dropped(15)), verdict(1, dropped(16))]).toEqual(["holds", "broken"]);
    expect(figures({ ...promise(0, 1 / 86_400) }, dropped(15)).measures?.availability?.budgetByCount).toBe(1);
  });

  test("without a k6 summary no dropped iteration is counted", () => {
    const without = figures({}, ({ run }) => ({ run: { ...run, k6: null } }));
    expect(without.measures?.availability?.byCount).toBe(1 - 5 / 40);
  });

  test("downtime longer than the observed time leaves 0, and never less", () => {
    const record = timeline([
      [0, 5000],
      [2500, 9000],
    ]);
    expect(availability.check(record, gatherFacts(record)).measures?.availability?.byTime).toBe(0);
  });

  test("a load that ended as the baseline began is inconclusive", () => {
    const record = timeline([[0, 10]]);
    expect(availability.check(record, gatherFacts(record))).toMatchObject({ verdict: "inconclusive" });
    const before = timeline([[-10, -1]]);
    expect(availability.check(before, gatherFacts(before))).toMatchObject({ verdict: "inconclusive" });
    const another = figures({}, ({ events }) => ({
      events: events.map((e) => (e.type === "phase" ? { ...e, phase: "quiesce" } : e)),
    }));
    expect(another.verdict).toBe("inconclusive");
  });

  test("the baseline is the phase of that name, not the first event or the first phase", () => {
    const late = figures({}, ({ events }) => {
      const others = events.filter((e) => e.type !== "phase");
      const phase = (name: string, atMs: number) => ({ type: "phase", phase: name, atMs }) as const;
      return { events: [...others, phase("warm-up", 0), phase("baseline", 2500)] };
    });
    expect(late.measures?.availability).toMatchObject({ byTime: 1, byCount: 1 });
    const between = figures({}, ({ events }) => ({
      events: events.map((e) => (e.type === "phase" && e.phase === "baseline" ? { ...e, atMs: 1900 } : e)),
    }));
    expect(between.measures?.availability).toMatchObject({ byTime: 1 - 0.51 / 2, byCount: 1 - 5 / 21 });
  });

  test("an open outage turns holds into inconclusive, and the reason says so", () => {
    const record = timeline([...BASELINE, ...every(100, FAULT_MS, 2500, false)], promise(0.5));
    const { verdict, reason } = availability.check(record, gatherFacts(record));
    expect(verdict).toBe("inconclusive");
    expect(reason).toMatch(/, and the outage had not ended$/);
  });
});
