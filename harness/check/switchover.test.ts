import { describe, expect, test } from "vitest";
import { writeId } from "../model/load/write.ts";
import type { DrillEvent, StepName } from "../model/record/event.ts";
import { gatherFacts } from "./facts.ts";
import { switchover, switchoversIn } from "./switchover.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";
import { faultMsOf, writesOf } from "./testing/fake-writes.ts";

/** Long after service is back, so that an acknowledgement comes every 50 ms. */
const FROM_MS = faultMsOf(PLAN) + 5000;
const TO_MS = FROM_MS + 700;

const step = (name: StepName, atMs: number, tookMs = 0): DrillEvent => {
  return { type: "operator", plan: "switchover", step: name, side: "a", atMs, tookMs, detail: {} };
};
const DONE = [step("fenced", FROM_MS + 100, 100), step("latched", TO_MS - 10), step("done", TO_MS, 700)];

function checked(changes: Partial<Plan> = {}, steps = DONE, edit: (parts: Parts) => Partial<Parts> = () => ({})) {
  const record = fakeRun(changes, (parts) => {
    const orders = [{ kind: "switchover" as const, to: "a" as const, afterSeconds: 5 }];
    const run = { ...parts.run, scenario: { ...parts.run.scenario, orders } };
    // B goes on as the serving site: what the switchover itself did does not matter here.
    const onB = steps.map((event) =>
      event.type === "operator" && event.step === "latched" ? { ...event, side: "b" as const } : event,
    );
    return { run, events: [...parts.events, ...onB], ...edit(parts) };
  });
  return switchover.check(record, gatherFacts(record));
}
const ackedAround = (fromMs: number, toMs: number) =>
  writesOf(PLAN).filter(
    (op) => op.outcome === "ok" && (op.completedMs as number) >= fromMs && (op.completedMs as number) <= toMs,
  );

test("measures how long it took and the longest time without a write in it", () => {
  const { verdict, reason, measures } = checked();
  expect([verdict, reason]).toEqual(["holds", "nothing was lost to A in 0.7 s, 0.1 s of them without a write"]);
  expect(measures?.switchovers).toEqual([{ to: "a", seconds: 0.7, gapSeconds: expect.closeTo(0.05), lost: 0 }]);
});

test("a gap that begins before it, or ends after it, counts whole", () => {
  const silent =
    (fromMs: number, toMs: number) =>
    ({ operations }: Parts) => ({
      operations: operations.map((op) =>
        op.invokedMs >= fromMs && op.invokedMs < toMs
          ? { ...op, outcome: "info" as const, stored: [], completedMs: null }
          : op,
      ),
    });
  const gap = (fromMs: number, toMs: number) =>
    checked({}, DONE, silent(fromMs, toMs)).measures?.switchovers?.[0]?.gapSeconds;
  expect(gap(FROM_MS - 300, FROM_MS + 200)).toBeCloseTo(0.55, 1);
  expect(gap(TO_MS - 200, TO_MS + 300)).toBeCloseTo(0.55, 1);
  expect(gap(TO_MS + 500, TO_MS + 900)).toBeCloseTo(0.05, 1);
});

describe("the gap is known", () => {
  const ackedAt = (...ms: number[]) =>
    checked({}, DONE, ({ operations }) => ({
      operations: operations.slice(0, ms.length).map((op, i) => ({ ...op, completedMs: ms[i] as number })),
    })).measures?.switchovers?.[0]?.gapSeconds;

  test("even if nothing was acknowledged before it", () => {
    expect(ackedAt(FROM_MS + 100, FROM_MS + 400, TO_MS + 1)).toBe(0.301);
  });

  test("and goes on from an acknowledgement at its last instant", () => {
    expect(ackedAt(FROM_MS, TO_MS, TO_MS + 2000)).toBe(2);
    expect(ackedAt(FROM_MS, TO_MS + 1, TO_MS + 2000)).toBe(0.701);
  });
});

describe("lost in it", () => {
  test("is broken, by name, from a second before to a second after", () => {
    for (const [fromMs, toMs] of [
      [FROM_MS - 999, FROM_MS - 900],
      [FROM_MS, TO_MS],
      [TO_MS + 900, TO_MS + 999],
    ] as const) {
      const lost = ackedAround(fromMs, toMs).at(0)?.n as number;
      const { verdict, evidence, measures } = checked({ lost: [lost] });
      expect([verdict, measures?.switchovers?.[0]?.lost]).toEqual(["broken", 1]);
      expect(evidence?.[0]).toContain(writeId(PLAN.seed, lost));
    }
  });

  test("is so to the millisecond", () => {
    const lost = ackedAround(FROM_MS, TO_MS).at(0)?.n as number;
    const ackedAt = (ms: number) =>
      checked({ lost: [lost] }, DONE, ({ operations }) => ({
        operations: operations.map((op) => (op.n === lost ? { ...op, completedMs: ms } : op)),
      })).verdict;
    expect([FROM_MS - 1001, FROM_MS - 1000, TO_MS + 1000, TO_MS + 1001].map(ackedAt)).toEqual([
      "holds",
      "broken",
      "broken",
      "holds",
    ]);
  });

  test("does not include losses at another time", () => {
    const lost = [...ackedAround(FROM_MS - 1300, FROM_MS - 1001), ...ackedAround(TO_MS + 1001, TO_MS + 1300)].map(
      (op) => op.n,
    );
    expect(lost.length).toBeGreaterThan(5);
    expect(checked({ lost }).measures?.switchovers?.[0]?.lost).toBe(0);
  });
});

test("a switchover that was not carried out leaves it open, and without one there is no objective", () => {
  for (const end of ["failed", "refused"] as const)
    expect(checked({}, [step("fenced", FROM_MS), step(end, TO_MS)]).verdict).toBe("inconclusive");
  expect(checked({}, []).verdict).toBe("inconclusive");
  const restart = { kind: "restart" as const, side: "a" as const, afterSeconds: 5 };
  for (const orders of [[], [restart]]) {
    const record = fakeRun({}, ({ run }) => ({ run: { ...run, scenario: { ...run.scenario, orders } } }));
    expect(switchover.check(record, gatherFacts(record)).verdict).toBe("no-objective");
  }
});

test("without a write afterwards its cost is not known", () => {
  const endMs = faultMsOf(PLAN) + PLAN.afterSeconds * 1000 + 1000;
  const late = [step("fenced", endMs + 100, 100), step("done", endMs + 700, 700)];
  const { verdict, measures, evidence } = checked({}, late);
  expect([verdict, measures?.switchovers?.[0]?.gapSeconds]).toEqual(["inconclusive", null]);
  expect(evidence).toEqual(["to A in 0.7 s, and no write after it"]);
  // Nor the cost of both, if only that of the first is known.
  const both = checked({}, [...DONE, ...late]);
  expect(both).toMatchObject({ verdict: "inconclusive", reason: expect.stringMatching(/^no write was acknowledged/) });
});

test("each one lasts from the beginning of its first step; a failed one before it does not count", () => {
  for (const end of ["failed", "refused"] as const) {
    const events = [step("fenced", 100, 10), step(end, 200), step("fenced", 1000, 50), step("done", 1500, 550)];
    expect(switchoversIn([...events, step("fenced", 3000, 1), step("done", 4000)])).toEqual([
      { to: "a", fromMs: 950, toMs: 1500 },
      { to: "a", fromMs: 2999, toMs: 4000 },
    ]);
  }
});

test("without the serving site's audit nothing is known", () => {
  expect(checked({}, DONE, () => ({ audit: [] })).verdict).toBe("inconclusive");
});
