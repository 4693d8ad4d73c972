/** Two steps, to 40 and 60 writes a second, each for four seconds, 14 s after the fault; service is back after 3 s. */
import { describe, expect, test } from "vitest";
import { loadTimes } from "../model/plan/scenario.ts";
import type { Shape } from "../model/plan/shape.ts";
import { availability } from "./availability.ts";
import { carriedRate } from "./carried-rate.ts";
import { gatherFacts } from "./facts.ts";
import { wrongSchedule } from "./load-schedule.ts";
import { paceOf } from "./pace.ts";
import { rto } from "./rto.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";
import { FAULTS, FIRST_WRITE_MS, loadOf } from "./testing/fake-writes.ts";
import { worthJudging } from "./worth-judging.ts";

type Op = Parts["operations"][number];
const STEPS: Shape = { kind: "step", afterSeconds: 14, seconds: 4, by: 1, steps: 2 };
const STEPPED: Partial<Plan> = { afterSeconds: 30, shape: STEPS };
/** By the drill's clock, this many seconds after the baseline; the first write comes one beat after the beginning. */
const BASELINE_SECONDS = loadTimes({ load: loadOf(PLAN), faults: [...FAULTS], orders: [] }).faults;
const ms = (seconds: number) => FIRST_WRITE_MS - 50 + (BASELINE_SECONDS + seconds) * 1000;
const at = (op: Op) => (op.invokedMs - ms(0)) / 1000;
const isIn = (op: Op, from: number, to: number) => at(op) > from && at(op) <= to;
const slow = (ms: number) => (op: Op) => ({ ...op, completedMs: op.invokedMs + ms });
const missed = (op: Op): Op => ({ ...op, outcome: "info", status: 0, stored: [], completedMs: op.invokedMs + 5000 });

function run(change: (op: Op) => Op = (op) => op, plan: Partial<Plan> = STEPPED) {
  return fakeRun(plan, (parts) => ({ operations: parts.operations.map(change) }));
}
function checked(...args: Parameters<typeof run>) {
  const record = run(...args);
  const { verdict, reason, measures } = carriedRate.check(record, gatherFacts(record));
  return { verdict, reason, highest: measures?.carriedRate?.highest, levels: measures?.carriedRate?.levels };
}

describe("the schedule", () => {
  test("of a load whose rate changes follows the planned rate at each time", () => {
    expect(wrongSchedule(run())).toEqual([]);
    const record = run();
    expect(worthJudging.check(record, gatherFacts(record))).toMatchObject({ verdict: "holds" });
  });

  test("is not that of a constant load, nor the other way round", () => {
    const stepped = run();
    const { shape: _, ...load } = stepped.run.scenario.load;
    const constant = { ...stepped.run, scenario: { ...stepped.run.scenario, load } };
    expect(wrongSchedule({ ...stepped, run: constant }).join()).toMatch(/off the load's schedule/);
    const level = run(undefined, { afterSeconds: 30 });
    expect(wrongSchedule({ ...level, run: stepped.run }).join()).toMatch(/off the load's schedule/);
  });

  test("is violated by writes of a step that were sent late, or not at all", () => {
    const late = run((op) => (isIn(op, 16, 18) ? { ...op, invokedMs: op.invokedMs + 600 } : op));
    expect(wrongSchedule(late).join()).toMatch(/0\.600 s off the load's schedule/);
    const cut = fakeRun(STEPPED, ({ operations }) => ({ operations: operations.slice(0, -2) }));
    expect(wrongSchedule(cut)).toEqual([expect.stringMatching(/^the ledger has 918 writes, and the scenario 920$/)]);
    const last = fakeRun(STEPPED, ({ operations }) => ({ operations: operations.slice(0, -1) }));
    expect(wrongSchedule(last)).toEqual([]);
  });
});

test("the pace is the planned rate of a time, and 1 for a constant load", () => {
  const pace = paceOf(run());
  expect(pace(ms(0), ms(10))).toBeCloseTo(1, 6);
  expect(pace(ms(15), ms(17))).toBeCloseTo(2, 6);
  expect(pace(ms(19), ms(21))).toBeCloseTo(3, 6);
  expect(pace(ms(16), ms(20))).toBeCloseTo(2.5, 6);
  expect(pace(ms(23), ms(24))).toBeCloseTo(1, 6);
  expect(paceOf(run(undefined, {}))(ms(0), ms(5))).toBe(1);
});

describe("the highest rate", () => {
  test("is the highest planned rate, if all were carried", () => {
    const { verdict, reason, highest, levels } = checked();
    expect([verdict, highest]).toEqual(["no-objective", 60]);
    expect(reason).toBe("the service carried 60 writes/s; the highest that was planned");
    expect(levels?.map(({ ratePerSecond, carried }) => [ratePerSecond, carried])).toEqual([
      [20, true],
      [40, true],
      [60, true],
    ]);
    expect(levels?.[2]).toMatchObject({ planned: 239, p95Ms: 4 });
  });

  test("is the one before the first that was answered too late", () => {
    const { reason, highest } = checked((op) => (isIn(op, 18.1, 22.1) ? slow(1001)(op) : op));
    expect(highest).toBe(40);
    expect(reason).toMatch(
      /^the service carried 40 writes\/s; not 60: \d+\.\d % of what was planned was acknowledged within 1000 ms$/,
    );
    expect(checked((op) => (isIn(op, 18.1, 22.1) ? slow(1000)(op) : op)).highest).toBe(60);
  });

  test("is the one before the first with too few acknowledgements; later ones do not count", () => {
    expect(checked((op) => (isIn(op, 14.1, 18.1) && op.n % 10 === 0 ? missed(op) : op)).highest).toBe(20);
    expect(checked((op) => (isIn(op, 14.1, 18.1) && op.n % 40 === 0 ? missed(op) : op)).highest).toBe(60);
  });

  test("is not known for a step that was not sent", () => {
    const record = fakeRun(STEPPED, ({ operations }) => ({
      operations: operations.filter((op) => !isIn(op, 18.1, 22.1) || op.n % 10 !== 0),
    }));
    const { measures, reason } = carriedRate.check(record, gatherFacts(record));
    expect(measures?.carriedRate).toMatchObject({ highest: 40, levels: [{}, {}, { carried: null }] });
    expect(reason).toMatch(/60 is not known: the generator sent/);
  });

  test("is none if not even the load's own rate was carried", () => {
    const { highest, reason } = checked((op) => (isIn(op, 5, 14) && op.n % 10 === 0 ? slow(1500)(op) : op));
    expect([highest, reason]).toEqual([null, expect.stringMatching(/^the service did not carry any rate; not 20/)]);
  });
});

test("is inconclusive if the rate rose before service was back", () => {
  const never = checked(undefined, { ...STEPPED, outage: { afterMs: 10, ms: null } });
  expect(never).toMatchObject({ verdict: "inconclusive", reason: "service was not back before the rate rose" });
  const late = checked(undefined, { ...STEPPED, outage: { afterMs: 10, ms: 15_000 } });
  expect(late).toMatchObject({
    verdict: "inconclusive",
    reason: "service was not back before the rate rose",
  });
});

test("without a disaster it counts from the baseline on", () => {
  const record = fakeRun({ ...STEPPED, outage: null }, ({ run: { scenario, ...of } }) => ({
    run: { ...of, scenario: { ...scenario, disaster: null } },
  }));
  const { levels, highest } = carriedRate.check(record, gatherFacts(record)).measures?.carriedRate ?? {};
  expect(highest).toBe(60);
  expect(levels?.[0]?.planned).toBeGreaterThan(20 * 15);
});

test("a constant load has none", () => {
  expect(checked(undefined, {})).toMatchObject({ verdict: "no-objective", reason: "the load's rate is constant" });
});

test("a spike is one level, and a ramp has one at its top", () => {
  const levelsOf = (shape: Shape) =>
    checked(undefined, { ...STEPPED, shape }).levels?.map((each) => each.ratePerSecond);
  expect(levelsOf({ kind: "spike", afterSeconds: 14, seconds: 4, times: 3 })).toEqual([20, 60]);
  expect(levelsOf({ kind: "ramp", afterSeconds: 14, seconds: 4, times: 2 })).toEqual([20, 40]);
});

describe("an overload", () => {
  const overload = (op: Op) => (isIn(op, 18.1, 22.1) ? missed(op) : op);
  const judged = (change: (op: Op) => Op) => {
    const record = run(change);
    return rto.check(record, gatherFacts(record));
  };

  test("is an outage with its own clock, from the rise that caused it", () => {
    const { rto: of } = judged(overload).measures ?? {};
    expect(of?.seconds).toBeCloseTo(3.01, 1);
    expect(of?.later.map(({ cause }) => cause)).toEqual(["rise to 60 writes/s"]);
    expect((of?.later[0]?.toMs ?? 0) - (of?.later[0]?.fromMs ?? 0)).toBeGreaterThan(3900);
  });

  test("that is the same as before the rise belongs to the disaster", () => {
    const { rto: of } = judged((op) => (isIn(op, 10, 15) ? missed(op) : op)).measures ?? {};
    expect(of?.seconds).toBeGreaterThan(14);
  });

  test("that is acknowledged only at the former rate is no return of service", () => {
    // From the fault on half of the planned writes: as many as the baseline's rate, while 40 are due a second.
    const early: Partial<Plan> = { ...STEPPED, shape: { kind: "spike", afterSeconds: 1, seconds: 12, times: 2 } };
    const record = run((op) => (isIn(op, 4, 12.9) && op.n % 2 === 0 ? missed(op) : op), early);
    expect(rto.check(record, gatherFacts(record)).measures?.rto?.seconds).toBeGreaterThan(12);
  });
});

test("the error budget by count is a share of the writes at the load's mean rate", () => {
  const promised = { share: 0.999, periodDays: 30 };
  const spent = (plan: Partial<Plan>) => {
    const record = fakeRun(plan, ({ run: of }) => ({
      run: { ...of, config: { ...of.config, objectives: { ...of.config.objectives, availability: promised } } },
    }));
    return availability.check(record, gatherFacts(record)).measures?.availability?.budgetByCount ?? Number.NaN;
  };
  // As many missed, with 900 writes from the baseline on; the constant load has 660.
  expect(spent({ afterSeconds: 30 }) / spent(STEPPED)).toBeCloseTo(900 / 660, 1);
});
