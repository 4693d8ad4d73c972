import { expect, test } from "vitest";
import { gatherFacts } from "./facts.ts";
import { PLAN, type Plan } from "./planted-plan.ts";
import { plantedRun } from "./planted-run.ts";
import { faultMsOf } from "./planted-writes.ts";
import { rpo } from "./rpo.ts";

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

test("a write acknowledged after the fault and lost is 0 s old, and breaks an objective of 0 all the same", () => {
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
