import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DrillEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { rto } from "./rto.ts";
import { underPatroni } from "./testing/fake-patroni.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";
import { BASELINE, every, FAULT_MS, type Instants, timeline } from "./testing/fake-timeline.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

const RUNS = { seed: 20260102 };

const checked = (record: RunRecord) => rto.check(record, gatherFacts(record));
const rtoOf = (record: RunRecord) => checked(record).measures?.rto ?? judge(record).measures.rto;
/** One interval between writes plus the duration of a write: the resolution of the figure. */
const resolution = (plan: Plan) => (1000 / plan.ratePerSecond + 2 * plan.tookMs + 1) / 1000;

/** Service stops some time after the fault's first act and is back after a known time. */
const planWithOutage: fc.Arbitrary<Plan> = fc
  .record({
    ratePerSecond: fc.integer({ min: 10, max: 50 }),
    tookMs: fc.integer({ min: 1, max: 20 }),
    // Also longer than a sustained run takes: the good seconds before the outage are no recovery.
    afterMs: fc.integer({ min: 0, max: 6000 }),
    ms: fc.integer({ min: 300, max: 6000 }),
    detectShare: fc.double({ min: 0.01, max: 0.98, noNaN: true }),
  })
  .map(({ ratePerSecond, tookMs, afterMs, ms, detectShare }) => {
    const operator = { detectedMs: (afterMs + ms) * detectShare, routedMs: (afterMs + ms) * 0.99 };
    return { ...PLAN, ratePerSecond, tookMs, outage: { afterMs, ms }, operator, afterSeconds: 18 };
  });

describe("an outage of known length", () => {
  test("is measured to within one interval between writes", () => {
    fc.assert(
      fc.property(planWithOutage, (plan) => {
        const truth = ((plan.outage?.afterMs ?? 0) + (plan.outage?.ms ?? 0)) / 1000;
        const { seconds, censoredAtSeconds } = rtoOf(fakeRun(plan));
        expect(censoredAtSeconds).toBeNull();
        expect(seconds).toBeGreaterThanOrEqual(truth);
        expect(seconds).toBeLessThanOrEqual(truth + resolution(plan));
      }),
      RUNS,
    );
  });

  test("is measured behind a proxy that queues requests as well, even if it begins late", () => {
    fc.assert(
      fc.property(planWithOutage, fc.integer({ min: 1100, max: 4000 }), (plan, ms) => {
        const outage = { afterMs: plan.outage?.afterMs ?? 0, ms };
        const { seconds } = rtoOf(fakeRun({ ...plan, outage, held: true }));
        expect(seconds).toBeGreaterThanOrEqual((outage.afterMs + ms) / 1000);
        expect(seconds).toBeLessThanOrEqual((outage.afterMs + ms) / 1000 + resolution(plan));
      }),
      RUNS,
    );
  });

  test("is not ended by fewer than 20 acknowledged writes in a row", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 19 }), fc.integer({ min: 0, max: 39 }), (length, from) => {
        const first = (PLAN.warmUpSeconds + PLAN.baselineSeconds) * PLAN.ratePerSecond + 2 + from;
        const through = Array.from({ length }, (_, i) => first + i);
        const { seconds } = rtoOf(fakeRun({ through }));
        expect(seconds).toBeGreaterThanOrEqual(3.01);
      }),
      RUNS,
    );
  });

  test("is not ended by a series of acknowledged writes below the baseline's rate", () => {
    // Every other write is refused for 2 s after service is back: 20 in a row come only after that.
    const backMs = faultMsOf(PLAN) + 3010;
    const record = fakeRun({}, ({ operations }) => ({
      operations: operations.map((op) =>
        op.invokedMs >= backMs && op.invokedMs < backMs + 2000 && op.n % 2 === 0 ? { ...op, outcome: "info" } : op,
      ),
    }));
    expect(rtoOf(record).seconds).toBeGreaterThanOrEqual(4.9);
  });
});

describe("never resumed", () => {
  test("has no figure and is never 0, but more than the rest of the load", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 3, max: 9 }), (afterMs, afterSeconds) => {
        const measured = rtoOf(fakeRun({ outage: { afterMs, ms: null }, afterSeconds }));
        expect(measured.seconds).toBeNull();
        expect(measured).toMatchObject({ detect: null, switch: null, resume: null });
        expect(measured.censoredAtSeconds).toBeGreaterThan(afterSeconds - 0.2);
        expect(measured.censoredAtSeconds).toBeLessThanOrEqual(afterSeconds);
      }),
      RUNS,
    );
  });

  test("breaks the objective if that is shorter than the observed time, else it is not known", () => {
    const never = { outage: { afterMs: 0, ms: null } };
    const objective = (rtoSeconds: number) => ({ ...PLAN.objectives, rtoSeconds });
    expect(checked(fakeRun({ ...never, objectives: objective(5) })).verdict).toBe("broken");
    expect(checked(fakeRun({ ...never, objectives: objective(60) })).verdict).toBe("inconclusive");
  });

  test("includes service that came back too late to count as sustained", () => {
    const measured = rtoOf(fakeRun({ outage: { afterMs: 10, ms: 6500 }, afterSeconds: 8 }));
    expect(measured.seconds).toBeNull();
    expect(measured.censoredAtSeconds).toBeGreaterThan(7);
  });
});

test("a load that ended before the fault gives no figure", () => {
  const { verdict, measures } = checked(timeline(BASELINE));
  expect([verdict, measures?.rto?.seconds, measures?.rto?.censoredAtSeconds]).toEqual(["inconclusive", null, 0]);
});

test("writes that are answered at once near the end of the load are no rate", () => {
  const measured = rtoOf(fakeRun({ outage: { afterMs: 10, ms: 6500 }, held: true, afterSeconds: 8 }));
  expect(measured.seconds).toBeNull();
});

describe("the split", () => {
  test("adds up to the whole, and nothing in it is negative", () => {
    fc.assert(
      fc.property(planWithOutage, (plan) => {
        const { seconds, detect, switch: switched, resume } = rtoOf(fakeRun(plan));
        const parts = [detect, switched, resume] as number[];
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
        expect(parts.reduce((sum, part) => sum + part)).toBeCloseTo(seconds as number, 6);
        expect(detect).toBeCloseTo((plan.operator?.detectedMs ?? 0) / 1000, 6);
      }),
      RUNS,
    );
  });

  test("is not known when the operator had acted before this fault, or never did", () => {
    const split = { detect: null, switch: null, resume: null };
    expect(rtoOf(fakeRun({ operator: { detectedMs: -2000, routedMs: -1500 } }))).toMatchObject(split);
    expect(rtoOf(fakeRun({ operator: null }))).toMatchObject(split);
  });
});

test("the objective decides", () => {
  const verdict = (rtoSeconds: number) => checked(fakeRun({ objectives: { ...PLAN.objectives, rtoSeconds } })).verdict;
  expect([verdict(2.9), verdict(3.2)]).toEqual(["broken", "holds"]);
});

test("if k6's clock cannot be mapped to the drill's it is not known", () => {
  const record = fakeRun();
  const verdictOf = ({ checks }: ReturnType<typeof judge>) => checks.find(({ name }) => name === "rto")?.verdict;
  const untimed = judge({ ...record, run: { ...record.run, clock: null } });
  expect([verdictOf(judge(record)), verdictOf(untimed)]).toEqual(["holds", "inconclusive"]);
  expect(untimed.measures.rto.seconds).toBeNull();
});

test("without a planned disaster there is no objective", () => {
  const undisturbed = fakeRun({}, ({ run }) => ({ run: { ...run, scenario: { ...run.scenario, disaster: null } } }));
  expect(checked(undisturbed).verdict).toBe("no-objective");
});

test("without a fault or a baseline it is inconclusive", () => {
  const record = fakeRun();
  const noFault = { ...record, events: record.events.filter((e) => e.type !== "fault") };
  const noBaseline = { ...record, events: record.events.filter((e) => e.type !== "phase") };
  const reasons = ["the fault was never injected", "there is no baseline rate to come back to"];
  expect([noFault, noBaseline].map((r) => checked(r))).toEqual(
    reasons.map((reason) => ({ verdict: "inconclusive", reason })),
  );
  expect([noFault, noBaseline].map((r) => rtoOf(r).seconds)).toEqual([null, null]);
});

describe("an outage caused by an earlier fault", () => {
  const EARLIER_MS = 500;
  const DISASTER_MS = FAULT_MS;
  const earlier = {
    type: "fault",
    fault: 1,
    kind: "link-cut",
    state: "injecting",
    atMs: EARLIER_MS,
    detail: {},
  } as const;
  const steady = every(100, 0, EARLIER_MS);
  const withEarlier = (writes: Instants[], detectedMs = 600, routedMs = 900, disasterMs = DISASTER_MS) => {
    const at = (e: DrillEvent): DrillEvent => {
      if (e.type === "operator") return { ...e, atMs: e.step === "detected" ? detectedMs : routedMs };
      return e.type === "fault" ? { ...e, atMs: disasterMs } : e;
    };
    return checked(
      timeline([...steady, ...writes], {}, ({ events }) => ({
        events: [...events.slice(0, 2), earlier, ...events.slice(2).map(at)],
      })),
    );
  };

  test("counts if the disaster itself had nothing left to stop", () => {
    const over = withEarlier([...every(100, EARLIER_MS, 1000, false), ...every(100, 1000, 9000)]);
    expect(over.reason).toMatch(
      /^writes resumed for good 0\.510 s after writes had stopped, 1\.500 s before the disaster itself;/,
    );
    expect(over.measures?.rto).toEqual({
      ...{ seconds: 0.51, censoredAtSeconds: null, detect: 0.1, switch: 0.3, resume: 0.11 },
      ...{ lastEndSeconds: 0.51, later: [], slowWrites: 0, slowUntilSeconds: null },
    });
  });

  test("counts from its own beginning if the disaster falls into it", () => {
    const both = withEarlier([...every(100, EARLIER_MS, 3000, false), ...every(100, 3000, 9000)]);
    expect(both.measures?.rto?.seconds).toBe(2.51);
    const never = withEarlier(every(100, EARLIER_MS, 9000, false));
    expect(never.measures?.rto).toMatchObject({ seconds: null, censoredAtSeconds: 8.4 });
  });

  test("does not count if it was over by itself before the disaster", () => {
    const over = withEarlier([...every(100, EARLIER_MS, 1000, false), ...every(100, 1000, 9000)], 2100, 2200);
    expect(over.measures?.rto?.seconds).toBe(0.01);
  });

  test("does not count if the disaster's own took longer", () => {
    const blip: Instants[] = [[EARLIER_MS, null], ...every(100, 600, 5000)];
    const late = (atMs: number) => (e: DrillEvent) => (e.type === "fault" && e.fault === 0 ? { ...e, atMs } : e);
    const writes = [...steady, ...blip, ...every(100, 5000, 7000, false), ...every(100, 7000, 12_000)];
    const record = timeline(writes, {}, ({ events }) => ({
      events: [...events.slice(0, 2), earlier, ...events.slice(2).map(late(5000))],
    }));
    expect(checked(record).measures?.rto?.seconds).toBe(2.01);
    expect(checked(record).reason).toContain("s after the fault");
  });

  test("does not count if the disaster's own took longer, even if the operator answered it", () => {
    const blip = [...every(100, EARLIER_MS, 1000, false), ...every(100, 1000, 5000)];
    const writes = [...blip, ...every(100, 5000, 7000, false), ...every(100, 7000, 12_000)];
    expect(withEarlier(writes, 600, 900, 5000).measures?.rto?.seconds).toBe(2.01);
  });

  test("counts if it took longer, with the disaster's own beside it", () => {
    const longer = [...every(100, EARLIER_MS, 3500, false), ...every(100, 3500, 6000)];
    const writes = [...longer, ...every(100, 6000, 8000, false), ...every(100, 8000, 13_000)];
    const found = withEarlier(writes, 600, 900, 6000);
    const later = [{ fromMs: 6000, toMs: 8010, cause: "disaster itself" }];
    expect(found.measures?.rto).toMatchObject({ seconds: 3.01, lastEndSeconds: 7.51, later });
    expect(found.reason).toContain("; another outage was over 2.010 s after the disaster itself; the");
  });

  test("counts if it took just as long, with the disaster's own beside it", () => {
    const outage = every(100, EARLIER_MS, 1000, false);
    const writes = [...outage, ...every(100, 1000, 6000), ...every(100, 6000, 6500, false), ...every(100, 6500, 9000)];
    const later = [{ fromMs: 6000, toMs: 6510, cause: "disaster itself" }];
    expect(withEarlier(writes, 600, 900, 6000).measures?.rto).toMatchObject({ seconds: 0.51, later });
  });

  test("counts as the longest of several, with those after it beside it", () => {
    const dead = (ms: number) => [600, 5500].some((from, k) => ms >= from && ms < ([3000, 7000][k] as number));
    const step = (name: "detected" | "latched", atMs: number): DrillEvent => {
      return { type: "operator", plan: "failover", step: name, side: "b", atMs, tookMs: 0, detail: {} };
    };
    const answers = [step("detected", 700), step("latched", 800), step("detected", 5600), step("latched", 5700)];
    const record = timeline(
      every(100, 0, 14_000).map(([ms, ack]): Instants => [ms, dead(ms) ? null : ack]),
      {},
      ({ events }) => ({
        events: [
          ...[...events.filter((e) => e.type === "phase").slice(0, 2), { ...earlier, atMs: 600 }, ...answers],
          ...events.filter((e) => e.type === "fault").map((e) => ({ ...e, atMs: 10_000 })),
        ],
      }),
    );
    const later = [{ fromMs: 5500, toMs: 7010, cause: "stop of writes before it" }];
    expect(checked(record).measures?.rto).toMatchObject({ seconds: 2.41, lastEndSeconds: 6.41, later });
  });

  describe("is answered by what the operator detected in it", () => {
    const OVER_MS = 1010;
    const over = [...every(100, EARLIER_MS, 1000, false), ...every(100, 1000, 9000)];
    const secondsIfNoticed = (atMs: number) => withEarlier(over, atMs, atMs + 1).measures?.rto?.seconds;

    test("and not before, nor after", () => {
      const at = [EARLIER_MS - 1, EARLIER_MS, EARLIER_MS + 1, OVER_MS - 1, OVER_MS, OVER_MS + 1];
      expect(at.map(secondsIfNoticed)).toEqual([0.01, 0.01, 0.51, 0.51, 0.01, 0.01]);
    });

    test("and by nothing if no operator detected anything", () => {
      const alone = timeline([...steady, ...over], {}, ({ events }) => ({
        events: [...events.slice(0, 2), earlier, ...events.slice(2).filter((e) => e.type !== "operator")],
      }));
      expect(checked(alone).measures?.rto?.seconds).toBe(0.01);
    });

    test("unless it goes on when the disaster comes: then it counts in any case", () => {
      const until = (ms: number) => [...every(100, EARLIER_MS, ms, false), ...every(100, ms, 9000)];
      expect(withEarlier(until(3000), 5000, 5500).measures?.rto?.seconds).toBe(2.51);
      // Answered at the moment of the disaster.
      const justOver: Instants[] = [[DISASTER_MS - 10, DISASTER_MS], ...every(100, DISASTER_MS, 9000)];
      const missed = every(100, EARLIER_MS, DISASTER_MS - 100, false);
      expect(withEarlier([...missed, ...justOver], 5000, 5500).measures?.rto?.seconds).toBe(0.01);
      expect(withEarlier([...missed, ...justOver], 600, 900).measures?.rto?.seconds).toBe(1.5);
    });
  });

  test("needs a missed write before the disaster", () => {
    const unnoticed = withEarlier([
      ...every(100, EARLIER_MS, DISASTER_MS),
      ...every(100, DISASTER_MS, 3000, false),
      ...every(100, 3000, 9000),
    ]);
    expect(unnoticed.measures?.rto?.seconds).toBe(1.01);
  });
});

describe("slow answers after it", () => {
  const slowed = (took: (sentMs: number) => number, edit: (parts: Parts) => Partial<Parts> = () => ({})) =>
    checked(
      timeline(
        [
          ...BASELINE,
          ...every(100, FAULT_MS, 3000, false),
          ...every(100, 3000, 30_000).map(([at]): Instants => [at, at + took(at)]),
        ],
        {},
        edit,
      ),
    );
  const besideRto = (...args: Parameters<typeof slowed>) => {
    const { seconds, slowWrites, slowUntilSeconds } = slowed(...args).measures?.rto ?? {};
    return [seconds, slowWrites, slowUntilSeconds];
  };

  test("are no outage, but are counted, with the time of the last answer", () => {
    const found = slowed((at) => (at >= 7000 && at < 8000 && at % 200 === 0 ? 1500 : at === 12_000 ? 2500 : 10));
    expect(found.measures?.rto).toMatchObject({ seconds: 1.01, lastEndSeconds: 1.01, later: [] });
    expect(found.measures?.rto).toMatchObject({ slowWrites: 6, slowUntilSeconds: 12.5 });
    expect(found.reason).toBe(
      "writes resumed for good 1.010 s after the fault; 6 writes after it were slow, the last until 12.500 s; the objective is 3600 s",
    );
    // The last to be sent is not always the last to be answered.
    expect(besideRto((at) => (at === 7000 ? 1900 : at === 7100 ? 1300 : 10))).toEqual([1.01, 2, 6.9]);
  });

  test("take at least a second longer than the median of the baseline", () => {
    expect(besideRto((at) => (at === 7000 ? 1009 : 10))).toEqual([1.01, 0, null]);
    expect(besideRto((at) => (at === 7000 ? 1010 : 10))).toEqual([1.01, 1, 6.01]);
  });

  test("were acknowledged, and sent when service was back", () => {
    const unknown = ({ operations }: Parts) => ({
      operations: operations.map((op) => (op.invokedMs === 7000 ? { ...op, outcome: "info" as const } : op)),
    });
    expect(besideRto((at) => (at === 7000 ? 1500 : 10), unknown)).toEqual([1.01, 0, null]);
    // Sent in the outage, and answered after it.
    const before = ({ operations }: Parts) => ({
      operations: operations.map((op) =>
        op.invokedMs === 2500 ? { ...op, outcome: "ok" as const, completedMs: 5000 } : op,
      ),
    });
    expect(besideRto(() => 10, before)).toEqual([1.01, 0, null]);
  });

  test("are not those of an outage that another act caused, but those of a few missed writes are", () => {
    const edit = ({ run, events, operations }: Parts): Partial<Parts> => {
      const act = { type: "fault", fault: 1, kind: "freeze", state: "injecting", atMs: 20_000, detail: {} } as const;
      const faults = [...run.scenario.faults, { kind: "freeze", part: "hapi-b", afterSeconds: 18 } as const];
      const isMissed = (ms: number) => (ms >= 20_000 && ms < 22_000) || ms === 6000;
      return {
        run: { ...run, scenario: { ...run.scenario, faults } },
        events: [...events, act].toSorted((x, y) => x.atMs - y.atMs),
        operations: operations.map((op) => (isMissed(op.invokedMs) ? { ...op, outcome: "info" as const } : op)),
      };
    };
    expect(besideRto((at) => (at === 17_000 ? 1500 : 10), edit)).toEqual([1.01, 1, 16.5]);
    // The first write that is served after it is slow, and extends the outage to 23.5 s.
    expect(besideRto((at) => (at === 22_000 || at === 22_200 ? 1500 : 10), edit)).toEqual([1.01, 0, null]);
    expect(besideRto((at) => (at === 22_000 || at === 23_600 ? 1500 : 10), edit)).toEqual([1.01, 1, 23.1]);
    // Sent at the instant of the act, or of the return of service.
    const spared = ({ operations, ...parts }: Parts) => {
      const { operations: changed = [], ...rest } = edit({ operations, ...parts });
      const first = (op: Parts["operations"][number]) =>
        operations.find(({ n }) => op.invokedMs === 20_000 && n === op.n);
      return { ...rest, operations: changed.map((op) => first(op) ?? op) };
    };
    expect(besideRto((at) => (at === 20_000 ? 1500 : 10), spared)).toEqual([1.01, 0, null]);
    expect(besideRto((at) => (at === 22_000 ? 100 : at === 22_100 ? 1500 : 10), edit)).toEqual([1.01, 0, null]);
    // Writes sent before that act, although the few that were missed are listed beside it.
    expect(besideRto((at) => (at === 6100 ? 1200 : 10), edit)).toEqual([1.01, 1, 5.3]);
  });
});

describe("an outage that another act caused later is judged by its own clock", () => {
  const ACT_MS = 20_000;
  const withAct = (change: (sentMs: number) => number | null | undefined, rtoSeconds = 3600) => {
    const after = every(100, 3000, 30_000).map(([at, ack]): Instants => {
      const changed = change(at);
      return [at, changed === undefined ? ack : changed];
    });
    return checked(
      timeline(
        [...BASELINE, ...every(100, FAULT_MS, 3000, false), ...after],
        { objectives: { ...PLAN.objectives, rtoSeconds } },
        ({ run, events }) => {
          const act = {
            type: "fault",
            fault: 1,
            kind: "freeze",
            state: "injecting",
            atMs: ACT_MS,
            detail: {},
          } as const;
          const faults = [...run.scenario.faults, { kind: "freeze", part: "hapi-b", afterSeconds: 18 } as const];
          const scenario = { ...run.scenario, faults };
          return { run: { ...run, scenario }, events: [...events, act].toSorted((x, y) => x.atMs - y.atMs) };
        },
      ),
    );
  };
  const between = (fromMs: number, toMs: number) => (ms: number) => (ms >= fromMs && ms < toMs ? null : undefined);

  test("against the same objective, which it may just meet", () => {
    const over = (rtoSeconds: number) => withAct(between(ACT_MS, 22_000), rtoSeconds);
    expect(over(2.01)).toMatchObject({ verdict: "holds", measures: { rto: { seconds: 1.01, lastEndSeconds: 20.01 } } });
    expect(over(2.009).verdict).toBe("broken");
    expect(over(3600).reason).toMatch(/; another outage was over 2\.010 s after the [^;]+; the objective/);
  });

  test("and is inconclusive if the load ended before it did", () => {
    const open = (rtoSeconds: number) => withAct(between(ACT_MS, 30_000), rtoSeconds);
    expect(open(3600).verdict).toBe("inconclusive");
    expect(open(3600).reason).toMatch(/; another outage had not ended 9\.\d{3} s after the [^;]+, when the load did; /);
    expect(open(5).verdict).toBe("broken");
  });

  test("and a few missed writes are none, even if they last longer than the objective", () => {
    const fewMissed = every(100, FAULT_MS, 30_000).map(([at, ack]): Instants => [at, at === 6000 ? null : ack]);
    const few = checked(
      timeline([...BASELINE, ...fewMissed], { objectives: { ...PLAN.objectives, rtoSeconds: 0.05 } }),
    );
    expect(few).toMatchObject({ verdict: "holds", measures: { rto: { seconds: 0.01 } } });
    expect(few.measures?.rto?.later).toMatchObject([{ fromMs: 6000, cause: null }]);
    expect(few.reason).toMatch(/; later some writes were missed, 1 times; /);
    expect(few.reason).not.toContain("another outage");
  });
});

describe("to the millisecond", () => {
  const DOWN = every(100, FAULT_MS, 3000, false);
  const resuming = (...writes: Instants[][]) => checked(timeline([...BASELINE, ...DOWN, ...writes.flat()]));
  const secondsAfterAll = (writes: Instants[]) => checked(timeline([...BASELINE, ...writes])).measures?.rto?.seconds;
  const secondsAfter = (...writes: Instants[][]) => resuming(...writes).measures?.rto?.seconds;

  test("95 % of the baseline's rate is enough, and less is not", () => {
    // 9.52 and 9.43 writes a second, after 10 in the baseline.
    expect(secondsAfter(every(105, 3000, 60_000))).toBe(1.01);
    expect(secondsAfter(every(106, 3000, 60_000))).toBeNull();
  });

  test("95 % of the writes due until the load ends must be sent", () => {
    // 40 writes are due from 3010 to 7010.
    const without = (...ms: number[]) =>
      secondsAfter(
        every(100, 3000, 7000).filter(([at]) => !ms.includes(at)),
        [[7010, 7020]],
      );
    expect([without(5500, 6000), without(5500, 6000, 6500)]).toEqual([1.01, null]);
  });

  test("95 % must be acknowledged in the two seconds after it, or service is back later", () => {
    const late = (...ms: number[]) =>
      every(100, 3000, 9000).map(([at, ack]): Instants => [at, ms.includes(at) ? 5010 : ack]);
    // 20 writes are due in the first two seconds; the answer at 5010 ends the second two.
    expect(secondsAfter(late(3100))).toBe(1.01);
    expect(secondsAfter(late(3100, 3200))).toBe(1.31);
  });

  test("the rate must be seen for 2 s, within the load", () => {
    expect(secondsAfter(every(100, 3000, 5010), [[5010, 5020]])).toBe(1.01);
    expect(secondsAfter(every(100, 3000, 5009), [[5009, 5019]])).toBeNull();
  });

  test("and in as many writes as are judged in a row, however slow the load is", () => {
    const fiveASecond = (lastMs: number) => checked(timeline(every(200, 0, lastMs + 1))).measures?.rto?.seconds;
    // Back at 2010, with the write of 2000; the twentieth after it is sent at 6000.
    expect([fiveASecond(6000), fiveASecond(5999)]).toEqual([0.01, null]);
  });

  test("and not in the middle of a missed write", () => {
    const backWith = (fault: Instants, missedMs: number) =>
      secondsAfterAll([
        fault,
        ...every(100, FAULT_MS + 100, 9000).map(([at, ack]): Instants => [at, at === missedMs ? null : ack]),
      ]);
    expect(backWith([FAULT_MS, 2150], 2100)).toBe(0.21);
    // Missed from 2100 on until the answer that comes at 2210, or just answered then.
    expect([backWith([FAULT_MS, 2100], 2100), backWith([FAULT_MS, 2210], 2100)]).toEqual([0.1, 0.21]);
  });

  test("without any outage service was never away, from the write sent at the fault on", () => {
    const finding = checked(timeline([...BASELINE, ...every(100, FAULT_MS, 9000)]));
    expect(finding.measures?.rto?.seconds).toBe(0.01);
  });

  test("an objective that is just met holds, and one just exceeded by the observed time is broken", () => {
    const verdict = (writes: Instants[], rtoSeconds: number) => {
      const objectives = { ...PLAN.objectives, rtoSeconds };
      return checked(timeline([...BASELINE, ...DOWN, ...writes], { objectives })).verdict;
    };
    const back = every(100, 3000, 9000);
    expect([verdict(back, 1.01), verdict(back, 1.009)]).toEqual(["holds", "broken"]);
    const never = every(100, 3000, 10_001, false);
    expect([verdict(never, 8), verdict(never, 7.999)]).toEqual(["inconclusive", "broken"]);
  });

  test("the operator's timestamps may follow the first write without making the split negative", () => {
    const split = (detectedMs: number, routedMs: number) => {
      const stamp = (parts: Parts) => ({
        events: parts.events.map((e) =>
          e.type !== "operator"
            ? e
            : e.step === "detected"
              ? { ...e, atMs: detectedMs, tookMs: 500 }
              : { ...e, atMs: routedMs },
        ),
      });
      const record = timeline([...BASELINE, ...DOWN, ...every(100, 3000, 9000)], {}, stamp);
      return checked(record).measures?.rto;
    };
    expect(split(2500, 2750)).toMatchObject({ detect: 0.5, switch: 0.25, resume: 0.26 });
    expect(split(2510, 4000)).toMatchObject({ detect: 0.51, switch: 0.5, resume: 0 });
    // Detected a moment before service was back, and recorded a moment after.
    expect(split(3010.5, 4500)).toMatchObject({ detect: 1.01, switch: 0, resume: 0 });
    expect(split(FAULT_MS, 2010)).toMatchObject({ detect: 0, switch: 0.01, resume: 1 });
    expect(split(FAULT_MS - 1, 2010)).toMatchObject({ detect: null, switch: null, resume: null });
    // Detected and done at one instant, with detection beginning as service was back.
    expect(split(2500, 2500)).toMatchObject({ detect: 0.5, switch: 0, resume: 0.51 });
    expect(split(3510, 4500)).toMatchObject({ detect: 1.01, switch: 0, resume: 0 });
  });

  test("a detection that was called off does not belong to a later failover", () => {
    const twice = (parts: Parts) => ({
      events: parts.events.flatMap((e): DrillEvent[] => {
        if (e.type !== "operator") return [e];
        if (e.step !== "detected") return [{ ...e, atMs: 2750 }];
        return [
          { ...e, atMs: 2100, tookMs: 100 },
          { ...e, step: "called-off", atMs: 2200, tookMs: 0 },
          { ...e, atMs: 2500, tookMs: 100 },
        ];
      }),
    });
    const { rto } = checked(timeline([...BASELINE, ...DOWN, ...every(100, 3000, 9000)], {}, twice)).measures ?? {};
    expect(rto).toMatchObject({ detect: 0.5, switch: 0.25, resume: 0.26 });
  });

  test("what the operator detected when service was back does not count", () => {
    const late = (parts: Parts) => ({
      events: parts.events.map((e) => (e.type === "operator" ? { ...e, atMs: 3012, tookMs: 1 } : e)),
    });
    const record = timeline([...BASELINE, ...DOWN, ...every(100, 3000, 9000)], {}, late);
    expect(checked(record).measures?.rto).toMatchObject({ seconds: 1.01, detect: null, switch: null, resume: null });
  });

  test("under Patroni the split uses the promotion that the observer saw", () => {
    const record = timeline([...BASELINE, ...DOWN, ...every(100, 3000, 9000)], {}, (parts) => {
      const { run, events } = underPatroni(parts);
      const times: Record<string, number> = { detected: 2500, promoted: 2750 };
      const recorded = events.filter((e) => e.type !== "operator" || times[e.step] !== undefined);
      return {
        run,
        events: recorded
          .map((e) => (e.type === "operator" ? { ...e, atMs: times[e.step] as number } : e))
          .toSorted((x, y) => x.atMs - y.atMs),
      };
    });
    expect(checked(record).measures?.rto).toMatchObject({ detect: 0.5, switch: 0.25, resume: 0.26 });
  });

  describe("the split is of one failover", () => {
    const splitBy = (...steps: [plan: "failover" | "switchover", step: "detected" | "latched", atMs: number][]) => {
      const recorded = steps.map(([plan, step, atMs]): DrillEvent => {
        return { type: "operator", plan, step, side: "b", atMs, tookMs: 0, detail: {} };
      });
      const record = timeline([...BASELINE, ...DOWN, ...every(100, 3000, 9000)], {}, ({ events }) => ({
        events: [...events.filter((e) => e.type !== "operator"), ...recorded].toSorted((x, y) => x.atMs - y.atMs),
      }));
      return checked(record).measures?.rto;
    };

    test("and not of another plan", () => {
      const steps = splitBy(
        ["failover", "detected", 2500],
        ["switchover", "latched", 2600],
        ["failover", "latched", 2750],
      );
      expect(steps).toMatchObject({ detect: 0.5, switch: 0.25, resume: 0.26 });
    });

    test("and not from the end of one to the beginning of the next", () => {
      const steps = splitBy(
        ["failover", "detected", 1900],
        ["failover", "latched", 2100],
        ["failover", "detected", 2500],
      );
      expect(steps).toMatchObject({ seconds: 1.01, detect: null, switch: null, resume: null });
    });
  });

  test("a detection without a route gives no split", () => {
    const record = timeline([...BASELINE, ...DOWN, ...every(100, 3000, 9000)], {}, ({ events }) => ({
      events: events.filter((e) => e.type !== "operator" || e.step !== "latched"),
    }));
    expect(checked(record).measures?.rto).toMatchObject({ seconds: 1.01, detect: null, resume: null });
  });

  test("without an acknowledged write in the baseline there is no rate to come back to", () => {
    const finding = checked(timeline([...every(100, 0, FAULT_MS, false), ...every(100, 3000, 9000)]));
    expect(finding).toEqual({ verdict: "inconclusive", reason: "there is no baseline rate to come back to" });
  });

  test("the reason gives the figure and the objective", () => {
    expect(resuming(every(100, 3000, 9000)).reason).toBe(
      "writes resumed for good 1.010 s after the fault; the objective is 3600 s",
    );
    expect(resuming(every(100, 3000, 9001, false)).reason).toMatch(
      /^writes had not resumed for good 7\.0 s after the fault/,
    );
  });
});
