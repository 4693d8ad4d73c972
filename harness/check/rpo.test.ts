import { describe, expect, test } from "vitest";
import type { DrillEvent } from "../model/record/event.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { rpo } from "./rpo.ts";
import { ABSENT } from "./survivors.ts";
import { factsHolding } from "./testing/fake-holdings.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { BASELINE, timeline } from "./testing/fake-timeline.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

function checked(changes: Partial<Plan>, rpoSeconds = PLAN.objectives.rpoSeconds) {
  const record = fakeRun({ ...changes, objectives: { ...PLAN.objectives, rpoSeconds } });
  return { record, ...rpo.check(record, gatherFacts(record)) };
}

test("counts from the last act of the fault back to the oldest lost acknowledgement", () => {
  const { record, measures } = checked({ lost: [40, 41, 75] });
  const ackMs = record.history.at(40).completedMs as number;
  const seconds = (faultMsOf(PLAN) + PLAN.injectMs - ackMs) / 1000;
  expect(measures?.rpo).toEqual({ count: 3, seconds, afterFault: 0, later: 0 });
});

test("nothing lost is 0 seconds", () => {
  expect(checked({}, 0)).toMatchObject({ verdict: "holds", measures: { rpo: { count: 0, seconds: 0 } } });
});

test("an older loss than the objective allows breaks it", () => {
  // Write 60 was acknowledged 1.153 s before the fault's last act.
  expect(checked({ lost: [60] }, 1.1).verdict).toBe("broken");
  expect(checked({ lost: [60] }, 1.2).verdict).toBe("holds");
});

describe("writes acknowledged after the fault and lost", () => {
  const FIRST = 20 * (PLAN.warmUpSeconds + PLAN.baselineSeconds);
  /** A goes on acknowledging for 3 s, and is given up at 4 s. */
  const unfenced = {
    outage: { afterMs: 3000, ms: 1500 },
    operator: { detectedMs: 3500, routedMs: 4000 },
  };
  const after = Array.from({ length: 41 }, (_, i) => FIRST + 10 + i);
  const allowing = (lostWrites: number | null, changes: Partial<Plan>, rpoSeconds = 900) => {
    const record = fakeRun({ ...changes, objectives: { ...PLAN.objectives, rpoSeconds, lostWrites } });
    return rpo.check(record, gatherFacts(record));
  };

  test("are counted separately, have no age, and no objective in seconds excuses them", () => {
    const { verdict, reason, measures } = allowing(null, { ...unfenced, lost: after });
    expect([verdict, measures?.rpo]).toEqual(["broken", { count: 41, seconds: null, afterFault: 41, later: 0 }]);
    expect(reason).toBe(
      "41 lost writes were acknowledged after the fault, which an RPO in seconds does not cover; the objective is 900 s",
    );
  });

  test("do not make those before it look older or younger", () => {
    const { verdict, reason, measures } = allowing(null, { ...unfenced, lost: [60, ...after] });
    expect([verdict, measures?.rpo]).toEqual(["broken", { count: 42, seconds: 1.153, afterFault: 41, later: 0 }]);
    expect(reason).toMatch(/^the oldest lost write was acknowledged 1\.153 s before the fault; 41 lost writes were/);
  });

  test("are excused by an objective in writes that allows as many as are lost, and the time is still judged", () => {
    const verdict = (...args: Parameters<typeof allowing>) => allowing(...args).verdict;
    expect([verdict(41, { ...unfenced, lost: after }), verdict(40, { ...unfenced, lost: after })]).toEqual([
      "holds",
      "broken",
    ]);
    expect(verdict(42, { ...unfenced, lost: [60, ...after] }, 1.1)).toBe("broken");
    expect(verdict(1, { ...unfenced, lost: [after[0] as number] }, 0)).toBe("broken");
  });

  test("begin with the fault's last act, to within the error of k6's clock", () => {
    const last = (fakeRun(unfenced).history.at(FIRST + 2).completedMs as number) - faultMsOf(PLAN);
    const counted = (injectMs: number) =>
      allowing(null, { ...unfenced, injectMs, lost: [FIRST + 2] }).measures?.rpo?.afterFault;
    // The clock is known to within 2 ms.
    expect([counted(last - 2), counted(last - 2.5)]).toEqual([0, 1]);
    const seconds = allowing(null, { ...unfenced, injectMs: last - 2, lost: [FIRST + 2] }).measures?.rpo?.seconds;
    expect(seconds).toBe(0);
  });
});

describe("writes acknowledged when the disaster's own failover was over, and lost", () => {
  const later = 20 * (PLAN.warmUpSeconds + PLAN.baselineSeconds) + 70;

  test("are not what the disaster cost, and nothing excuses them", () => {
    const { verdict, reason, measures } = checked({ lost: [60, later, later + 1] });
    expect([verdict, measures?.rpo]).toEqual(["broken", { count: 1, seconds: 1.153, afterFault: 0, later: 2 }]);
    expect(reason).toMatch(/; 2 more lost writes were acknowledged after the disaster's own failover; the/);
    expect(checked({ lost: [later] }).measures?.rpo).toEqual({ count: 0, seconds: null, afterFault: 0, later: 1 });
  });

  test("are counted from the failover that completed, not from an attempt that was aborted before", () => {
    const step = (name: "detected" | "promoted" | "failed", afterMs: number): DrillEvent => {
      const at = { atMs: faultMsOf(PLAN) + afterMs, tookMs: 1, detail: {} };
      return { type: "operator", plan: "failover", step: name, side: "b", ...at };
    };
    const broken = fakeRun({ outage: null, lost: [later - 30] }, ({ events }) => ({
      events: [...events, step("detected", 1000), step("promoted", 1200), step("failed", 1400)].toSorted(
        (x, y) => x.atMs - y.atMs,
      ),
    }));
    // Acknowledged 2 s after the fault; the second attempt ends at 2.9 s.
    expect(rpo.check(broken, gatherFacts(broken)).measures?.rpo).toMatchObject({ count: 1, later: 0 });
  });

  test("whichever of its last steps the record has: older ones lack one, a passive proxy the other", () => {
    for (const lacking of ["latched", "done"]) {
      const record = fakeRun({ lost: [60, later] }, ({ run, events }) => ({
        run: { ...run, config: { ...run.config, proxy: lacking === "latched" ? "passive" : "latched" } },
        events: events.filter((event) => event.type !== "operator" || event.step !== lacking),
      }));
      expect(rpo.check(record, gatherFacts(record)).measures?.rpo).toMatchObject({ count: 1, later: 1 });
    }
  });

  test("even if the operator detected it at the fault's first act", () => {
    const counts = (detectedMs: number) =>
      checked({ injectMs: 400, operator: { detectedMs, routedMs: 2900 }, lost: [later] }).measures?.rpo;
    expect([counts(300), counts(0), counts(-1)]).toMatchObject([{ later: 1 }, { later: 1 }, { later: 0 }]);
  });

  test("to the instant of its last step", () => {
    const ackMs = (fakeRun({ outage: null }).history.at(later).completedMs as number) - faultMsOf(PLAN);
    const counts = (routedMs: number) =>
      checked({ operator: { detectedMs: 500, routedMs }, outage: null, lost: [later] }).measures?.rpo;
    expect([counts(ackMs), counts(ackMs - 1)]).toMatchObject([
      { count: 1, later: 0 },
      { count: 0, later: 1 },
    ]);
  });

  test("are excused by an objective in writes that allows all that are lost, before and after", () => {
    const verdict = (lostWrites: number) => {
      const record = fakeRun({ lost: [60, later], objectives: { ...PLAN.objectives, lostWrites } });
      return rpo.check(record, gatherFacts(record)).verdict;
    };
    expect([verdict(2), verdict(1)]).toEqual(["holds", "broken"]);
  });

  test("are the disaster's if there was no failover, or only one before it", () => {
    const counts = (operator: Plan["operator"]) => checked({ operator, outage: null, lost: [later] }).measures?.rpo;
    expect(counts(null)).toMatchObject({ count: 1, afterFault: 1, later: 0 });
    expect(counts({ detectedMs: -500, routedMs: -300 })).toMatchObject({ count: 1, afterFault: 1, later: 0 });
  });
});

test("without times the age of a loss is not known, but the number of losses is", () => {
  const { record } = checked({ lost: [60] });
  const untimed = (rpoSeconds: number, lost = record) => {
    const objectives = { ...PLAN.objectives, rpoSeconds };
    const run = { ...lost.run, clock: null, config: { ...lost.run.config, objectives } };
    return rpo.check({ ...lost, run }, gatherFacts({ ...lost, run }));
  };
  expect(untimed(900)).toEqual({
    verdict: "inconclusive",
    reason:
      "1 acknowledged writes are lost; k6's clock was never mapped to the drill's, so no time of a write is known",
    measures: { rpo: { count: 1, seconds: null, afterFault: null, later: null } },
  });
  expect([untimed(0).verdict, untimed(0, checked({}).record).verdict]).toEqual(["broken", "inconclusive"]);
});

test("without a planned disaster there is no objective", () => {
  const calm = fakeRun({ lost: [60] }, ({ run }) => ({
    run: { ...run, scenario: { ...run.scenario, disaster: null } },
  }));
  expect(rpo.check(calm, gatherFacts(calm)).verdict).toBe("no-objective");
});

test("without a fault there is no figure", () => {
  const { record } = checked({ lost: [60] });
  const calm = { ...record, events: record.events.filter((e) => e.type !== "fault") };
  const finding = rpo.check(calm, gatherFacts(calm));
  expect(finding).toEqual({ verdict: "inconclusive", reason: "the fault was never injected" });
});

test("without an acknowledged write, or an audit, there is no figure either", () => {
  const nothing = fakeRun({}, () => ({ operations: [] }));
  expect(rpo.check(nothing, gatherFacts(nothing))).toEqual({
    verdict: "inconclusive",
    reason: "no write was acknowledged",
  });
  const unaudited = fakeRun({}, () => ({ audit: [] }));
  expect(rpo.check(unaudited, gatherFacts(unaudited)).reason).toMatch(/what B holds is not known/);
});

test("a loss as old as the objective allows holds, a millisecond older does not", () => {
  // Write 15 was acknowledged 490 ms before the fault.
  const verdict = (rpoSeconds: number, lost: Record<number, number> = { 15: ABSENT }) => {
    const record = timeline(BASELINE, { objectives: { ...PLAN.objectives, rpoSeconds } });
    return rpo.check(record, factsHolding(record, lost)).verdict;
  };
  expect([verdict(0.49), verdict(0.489)]).toEqual(["holds", "broken"]);
  expect([verdict(0.1, {}), verdict(0, {})]).toEqual(["holds", "holds"]);
});

test("the reason gives the age of the oldest, or says that nothing is missing, and the objective", () => {
  const record = timeline(BASELINE);
  const reason = (lost: Record<number, number>) => rpo.check(record, factsHolding(record, lost)).reason;
  expect(reason({})).toBe("no acknowledged write is missing; the objective is 900 s");
  expect(reason({ 15: ABSENT, 17: ABSENT })).toBe(
    "the oldest lost write was acknowledged 0.490 s before the fault; the objective is 900 s",
  );
});

test("goes by its name", () => {
  expect(judge(fakeRun(), [rpo]).checks).toMatchObject([{ name: "rpo", verdict: "holds" }]);
});
