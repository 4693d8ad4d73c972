import { expect, test } from "vitest";
import { gatherFacts } from "./facts.ts";
import { factsHolding } from "./planted-holdings.ts";
import { PLAN, type Plan } from "./planted-plan.ts";
import { plantedRun } from "./planted-run.ts";
import { BASELINE, timeline } from "./planted-timeline.ts";
import { faultMsOf } from "./planted-writes.ts";
import { rpo } from "./rpo.ts";
import { ABSENT } from "./survivors.ts";

function checked(changes: Partial<Plan>, rpoSeconds = PLAN.objectives.rpoSeconds) {
  const record = plantedRun({ ...changes, objectives: { ...PLAN.objectives, rpoSeconds } });
  return { record, ...rpo.check(record, gatherFacts(record)) };
}

test("counts from the last act of the fault back to the oldest lost acknowledgement", () => {
  const { record, measures } = checked({ lost: [40, 41, 75] });
  const ackMs = record.history.at(40).completedMs as number;
  expect(measures?.rpo).toEqual({ count: 3, seconds: (faultMsOf(PLAN) + PLAN.injectMs - ackMs) / 1000 });
});

test("nothing lost is 0 seconds", () => {
  expect(checked({}, 0)).toMatchObject({ verdict: "holds", measures: { rpo: { count: 0, seconds: 0 } } });
});

test("an older loss than the objective allows breaks it", () => {
  // Write 60 was acknowledged 1.153 s before the fault's last act.
  expect(checked({ lost: [60] }, 1.1).verdict).toBe("broken");
  expect(checked({ lost: [60] }, 1.2).verdict).toBe("holds");
});

test("losses after the fault, as of a split brain, are as old as from the first to the last of them", () => {
  const from = 20 * (PLAN.warmUpSeconds + PLAN.baselineSeconds) + 70;
  const lost = Array.from({ length: 41 }, (_, i) => from + i);
  const { measures, reason } = checked({ lost });
  expect(measures?.rpo).toEqual({ count: 41, seconds: 2 });
  expect(reason).toMatch(
    /^lost writes were acknowledged over 2\.000 s, the last 5\.\d+ s after the fault; the objective/,
  );
  const before = checked({ lost: [60, ...lost] }).measures?.rpo?.seconds as number;
  expect(before).toBeCloseTo((lost.at(-1) as number) / 20 - 60 / 20, 6);
  expect(checked({ lost }, 1.9).verdict).toBe("broken");
});

test("a single write acknowledged after the fault and lost is 0 s old, and breaks an objective of 0 all the same", () => {
  const afterwards = 20 * (PLAN.warmUpSeconds + PLAN.baselineSeconds) + 70;
  expect(checked({ lost: [afterwards] }, 0)).toMatchObject({
    verdict: "broken",
    measures: { rpo: { count: 1, seconds: 0 } },
  });
});

test("without a fault there is no figure", () => {
  const { record } = checked({ lost: [60] });
  const calm = { ...record, events: record.events.filter((e) => e.type !== "fault") };
  const finding = rpo.check(calm, gatherFacts(calm));
  expect(finding).toEqual({ verdict: "inconclusive", reason: "the fault was never injected" });
});

test("without an acknowledged write, or an audit, there is no figure either", () => {
  const nothing = plantedRun({}, () => ({ operations: [] }));
  expect(rpo.check(nothing, gatherFacts(nothing))).toEqual({
    verdict: "inconclusive",
    reason: "no write was acknowledged",
  });
  const unasked = plantedRun({}, () => ({ audit: [] }));
  expect(rpo.check(unasked, gatherFacts(unasked)).reason).toMatch(/what B holds is not known/);
});

test("a loss just as old as the objective allows holds, a millisecond more does not", () => {
  // Write 15 was acknowledged 490 ms before the fault.
  const verdict = (rpoSeconds: number, lost: Record<number, number> = { 15: ABSENT }) => {
    const record = timeline(BASELINE, { objectives: { ...PLAN.objectives, rpoSeconds } });
    return rpo.check(record, factsHolding(record, lost)).verdict;
  };
  expect([verdict(0.49), verdict(0.489)]).toEqual(["holds", "broken"]);
  expect([verdict(0.1, {}), verdict(0, {})]).toEqual(["holds", "holds"]);
});

test("a loss of 0 s holds by any objective but 0", () => {
  const afterwards = 20 * (PLAN.warmUpSeconds + PLAN.baselineSeconds) + 70;
  expect(checked({ lost: [afterwards] }, 0.001)).toMatchObject({
    verdict: "holds",
    measures: { rpo: { count: 1, seconds: 0 } },
  });
});

test("the reason tells the age of the oldest, or that nothing is missing, and the objective", () => {
  const record = timeline(BASELINE);
  const reason = (lost: Record<number, number>) => rpo.check(record, factsHolding(record, lost)).reason;
  expect(reason({})).toBe("nothing that was acknowledged is missing; the objective is 900 s");
  expect(reason({ 15: ABSENT, 17: ABSENT })).toBe(
    "the oldest lost write was acknowledged 0.490 s before the fault; the objective is 900 s",
  );
});
