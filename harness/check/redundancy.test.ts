import { describe, expect, test } from "vitest";
import type { AuditRow } from "../model/record/audit.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { redundancy } from "./redundancy.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

const FAULT_MS = faultMsOf(PLAN);
const NORMAL_MS = 80;

type Lag = Extract<ProbeLine, { type: "replication-lag" }>;

/** A sample every 250 ms, from before the baseline to the end of the load. */
const lags = (heartbeatAt: (atMs: number) => number | null): ProbeLine[] =>
  Array.from({ length: 48 }, (_, i) => 2000 + 250 * i).map((atMs) => {
    return { type: "replication-lag", from: "a", atMs, heartbeatMs: heartbeatAt(atMs), lsnBytes: 0 };
  });

/** B is cut off from A at the fault and follows again after `awaySeconds`; at the end both hold the same. */
function checked({
  awaySeconds,
  equal = true,
  objective = null,
  probes,
  events = [],
}: {
  awaySeconds: number;
  equal?: boolean;
  objective?: number | null;
  probes?: ProbeLine[];
  events?: DrillEvent[];
}) {
  const backMs = FAULT_MS + awaySeconds * 1000;
  const behind = (atMs: number) => (atMs >= FAULT_MS && atMs < backMs ? NORMAL_MS + atMs - FAULT_MS : NORMAL_MS);
  const edit = ({ audit, ...parts }: Parts): Partial<Parts> => {
    const ofA = audit.filter((line) => line.type === "row" && line.side === "a") as AuditRow[];
    const ofB = ofA.slice(equal ? 0 : 1).map((row): AuditRow => ({ ...row, side: "b" }));
    const rest = audit.filter((line) => line.side === "a");
    const end = { type: "rows-end" as const, side: "b" as const, rows: ofB.length, postgres: "17" };
    return { audit: [...rest, ...ofB, end], probes: probes ?? lags(behind), events: [...parts.events, ...events] };
  };
  const objectives = { ...PLAN.objectives, redundancySeconds: objective };
  const record = fakeRun({ outage: null, operator: null, objectives }, edit);
  return redundancy.check(record, gatherFacts(record));
}

test("is restored when B follows as closely as before, to within one sample", () => {
  for (const awaySeconds of [0.5, 2, 4.1]) {
    const seconds = checked({ awaySeconds }).measures?.redundancy?.seconds as number;
    expect(seconds).toBeGreaterThanOrEqual(awaySeconds);
    expect(seconds).toBeLessThanOrEqual(awaySeconds + 0.25);
  }
});

test("is not restored, however small the lag, while the sites hold different content", () => {
  const { measures, reason } = checked({ awaySeconds: 2, equal: false });
  expect(measures?.redundancy).toEqual({ seconds: null, censoredAtSeconds: expect.any(Number) });
  expect(measures?.redundancy?.censoredAtSeconds).toBeGreaterThan(7);
  expect(reason).toMatch(/hold different content/);
});

test("is not restored while B still lags, or was not sampled", () => {
  expect(checked({ awaySeconds: 60 }).reason).toMatch(/still lagged/);
  const blind = lags((atMs) => (atMs < FAULT_MS ? NORMAL_MS : null));
  expect(checked({ awaySeconds: 0, probes: blind }).measures?.redundancy?.seconds).toBeNull();
});

test("an age one sample interval above the baseline's worst is close enough; more is not", () => {
  const after = (ms: number) => lags((atMs) => (atMs > FAULT_MS ? NORMAL_MS + ms : NORMAL_MS));
  expect(checked({ awaySeconds: 0, probes: after(250) }).measures?.redundancy?.seconds).toBeLessThan(0.5);
  expect(checked({ awaySeconds: 0, probes: after(251) }).measures?.redundancy?.seconds).toBeNull();
});

describe("whichever site leads", () => {
  const lagOf = (from: "a" | "b", heartbeatMs: number | null) => (probe: ProbeLine) =>
    ({ ...probe, from, heartbeatMs }) as ProbeLine;
  const all = lags(() => NORMAL_MS);
  const backMs = FAULT_MS + 3000;

  test("it is restored when A follows B", () => {
    const probes = all.map((probe, i) => {
      const atMs = 2000 + 250 * i;
      return atMs < FAULT_MS ? probe : lagOf("b", atMs < backMs ? null : NORMAL_MS)(probe);
    });
    const seconds = checked({ awaySeconds: 0, probes }).measures?.redundancy?.seconds as number;
    expect(seconds).toBeGreaterThanOrEqual(3);
    expect(seconds).toBeLessThanOrEqual(3.25);
  });

  test("samples during a planned switchover do not count, others do", () => {
    // The first and the last of them are at the instants in which it begins and ends.
    const [fromMs, toMs] = [11_000, 12_000];
    const probes = all.map((probe, i) => {
      const atMs = 2000 + 250 * i;
      return atMs >= fromMs && atMs <= toMs ? lagOf("b", null)(probe) : probe;
    });
    const step = { type: "operator", plan: "switchover", step: "done", side: "a", atMs: toMs, detail: {} } as const;
    const switched = (tookMs: number) => checked({ awaySeconds: 0, probes, events: [{ ...step, tookMs }] });
    expect(switched(toMs - fromMs).measures?.redundancy?.seconds).toBeLessThan(0.5);
    expect(switched(0).measures?.redundancy?.seconds).toBeGreaterThan(5.5);
  });
});

test("following for a moment in between does not count", () => {
  const probes = lags((atMs) => (atMs < FAULT_MS || Math.floor(atMs / 250) === 30 || atMs > 12_000 ? NORMAL_MS : 5000));
  expect(checked({ awaySeconds: 0, probes }).measures?.redundancy?.seconds).toBeGreaterThan(5.5);
});

describe("the objective decides, if there is one", () => {
  test.each([
    [{ awaySeconds: 2, objective: null }, "no-objective"],
    [{ awaySeconds: 2, objective: 3 }, "holds"],
    [{ awaySeconds: 2, objective: 1 }, "broken"],
    [{ awaySeconds: 2, equal: false, objective: null }, "no-objective"],
    [{ awaySeconds: 2, equal: false, objective: 3 }, "broken"],
    [{ awaySeconds: 2, equal: false, objective: 30 }, "inconclusive"],
    [{ awaySeconds: 2, objective: 3, probes: [] }, "inconclusive"],
    [{ awaySeconds: 2, probes: lags(() => null) }, "not-examined"],
  ])("%j: %s", (plan, verdict) => {
    expect(checked(plan).verdict).toBe(verdict);
  });
});

test("without a fault, a baseline or the other site's audit it is not known", () => {
  const objectives = { ...PLAN.objectives, redundancySeconds: 5 };
  for (const edit of [
    ({ events }: Parts) => ({ events: events.filter((e) => e.type !== "fault") }),
    ({ events }: Parts) => ({ events: events.filter((e) => e.type !== "phase") }),
    ({ audit }: Parts) => ({ audit: audit.filter((line) => line.side !== "a") }),
  ]) {
    const record = fakeRun({ objectives }, edit);
    const { verdict, measures } = redundancy.check(record, gatherFacts(record));
    expect([verdict, measures]).toEqual(["inconclusive", undefined]);
  }
});

describe("to the millisecond", () => {
  const sample = (atMs: number, heartbeatMs: number | null): Lag => {
    return { type: "replication-lag", from: "a", atMs, heartbeatMs, lsnBytes: 0 };
  };
  const BASELINE_MS = FAULT_MS - 37 - PLAN.baselineSeconds * 1000;
  /** Three samples in the baseline, 250 ms apart: up to 100 ms behind, known to within 250 ms. */
  const before = [sample(BASELINE_MS, 90), sample(BASELINE_MS + 250, 100), sample(BASELINE_MS + 500, 80)];
  const seconds = (...samples: ProbeLine[]) =>
    checked({ awaySeconds: 0, probes: [...before, ...samples] }).measures?.redundancy?.seconds;
  const injectedMs = FAULT_MS + PLAN.injectMs;

  test("samples count from the last act of the fault, the seconds from its first", () => {
    expect(seconds(sample(injectedMs, 100))).toBe(0.12);
    expect(seconds(sample(injectedMs - 1, 100), sample(injectedMs + 380, 100))).toBe(0.5);
  });

  test("as close as in the baseline means its worst sample plus one interval", () => {
    expect(seconds(sample(FAULT_MS + 1000, 350))).toBe(1);
    expect(seconds(sample(FAULT_MS + 1000, 351))).toBeNull();
    expect(seconds(sample(FAULT_MS + 1000, 350), sample(FAULT_MS + 2000, null), sample(FAULT_MS + 3000, 1))).toBe(3);
    expect(seconds(sample(FAULT_MS + 1000, 350), sample(FAULT_MS + 2000, 1))).toBe(1);
    expect(seconds(sample(FAULT_MS + 1000, 350), sample(FAULT_MS + 2000, 351))).toBeNull();
  });

  test("the baseline's samples are those from its beginning up to the fault", () => {
    const with_ = (extra: Lag, ...samples: Lag[]) => {
      const probes = [...before, extra, ...samples].toSorted((x, y) => x.atMs - y.atMs);
      return checked({ awaySeconds: 0, probes }).measures?.redundancy?.seconds;
    };
    const behind = sample(FAULT_MS + 1000, 600);
    expect(with_(sample(BASELINE_MS - 1, 5000), behind)).toBeNull();
    expect(with_(sample(FAULT_MS, 5000), behind)).toBeNull();
    expect(with_(sample(BASELINE_MS + 750, 400), behind)).toBe(1);
    const worstFirst = [sample(BASELINE_MS, 400), ...before.slice(1), behind];
    expect(checked({ awaySeconds: 0, probes: worstFirst }).measures?.redundancy?.seconds).toBe(1);
  });

  test("an empty sample in the baseline, or a single sample, does not show how close it was", () => {
    const unknown = { verdict: "not-examined", reason: "how far the follower lagged before the fault is not known" };
    const after = sample(FAULT_MS + 1000, 1);
    const probes = [...before, sample(BASELINE_MS + 750, null), after];
    expect(checked({ awaySeconds: 0, probes })).toEqual(unknown);
    expect(checked({ awaySeconds: 0, probes: [before[0] as Lag, after] })).toEqual(unknown);
    expect(checked({ awaySeconds: 0, probes: [after] })).toEqual(unknown);
  });

  test("other probes are no samples of the lag", () => {
    const answer = { ok: true, status: 200, servedBy: "a" };
    const other: ProbeLine = { type: "availability", sentMs: FAULT_MS + 9000, doneMs: FAULT_MS + 9001, ...answer };
    expect(seconds(sample(FAULT_MS + 1000, 1), other)).toBe(1);
  });

  test("an objective just met holds, one just missed is broken, as is redundancy that never returned", () => {
    const verdict = (objective: number, heartbeatMs: number) =>
      checked({ awaySeconds: 0, objective, probes: [...before, sample(FAULT_MS + 1000, heartbeatMs)] }).verdict;
    expect([verdict(1, 1), verdict(0.999, 1)]).toEqual(["holds", "broken"]);
    expect([verdict(1, 5000), verdict(0.999, 5000)]).toEqual(["inconclusive", "broken"]);
  });

  test("the censored time is never negative, and is in the reason", () => {
    const never = checked({ awaySeconds: 0, probes: before });
    expect(never.measures?.redundancy).toEqual({ seconds: null, censoredAtSeconds: 0 });
    expect(never.reason).toBe("B still lagged behind A 0.0 s after the fault");
    const back = { awaySeconds: 0, probes: [...before, sample(FAULT_MS + 1000, 1)] };
    expect(checked(back).reason).toBe("the two sites were equal again 1.000 s after the fault");
    expect(checked({ ...back, objective: 5 }).reason).toMatch(/ after the fault; the objective is 5 s$/);
    expect(checked({ ...back, equal: false }).measures?.redundancy).toEqual({ seconds: null, censoredAtSeconds: 1 });
  });
});

test("without an objective, the unknown is not examined", () => {
  const record = fakeRun({}, ({ events }) => ({ events: events.filter((e) => e.type !== "fault") }));
  expect(redundancy.check(record, gatherFacts(record))).toEqual({
    verdict: "not-examined",
    reason: "there is no baseline or no fault",
  });
  const whole = fakeRun({ outage: null, operator: null }, () => ({ probes: lags(() => NORMAL_MS) }));
  for (const nothing of [{ disaster: null }, { baseline: null }])
    expect(redundancy.check(whole, { ...gatherFacts(whole), ...nothing }).reason).toBe(
      "there is no baseline or no fault",
    );
  const blind = fakeRun({}, ({ audit }) => ({ audit: audit.filter((line) => line.side !== "a") }));
  expect(redundancy.check(blind, gatherFacts(blind))).toEqual({
    verdict: "not-examined",
    reason: "what one of the two sites holds is not known",
  });
});

describe("the sites are equal if nothing is on one only and nothing differs: differences do not cancel out", () => {
  const follows = lags(() => NORMAL_MS);
  test.each([
    ["one on A only, one that differs", [null, { content: -1 }]],
    ["one on A only, one on B only", [null, { resource: "Patient/b-only" }]],
    ["one on both with other versions, one that differs", [{ version: 70 }, { content: -1 }]],
    ["one that differs", [{ content: -1 }]],
    ["one that is another resource on B", [{ resource: "Patient/b-only" }]],
  ] as [string, (Partial<AuditRow> | null)[]][])("%s", (_, changes) => {
    const edit = ({ audit }: Parts): Partial<Parts> => {
      const ofA = audit.filter((line) => line.type === "row" && line.side === "a") as AuditRow[];
      const ofB = ofA.flatMap((row, i): AuditRow[] => {
        const change = changes[i - 200];
        return change === null ? [] : [{ ...row, ...change, side: "b" }];
      });
      const end = { type: "rows-end" as const, side: "b" as const, rows: ofB.length, postgres: "17" };
      return { audit: [...audit.filter((line) => line.side === "a"), ...ofB, end], probes: follows };
    };
    const record = fakeRun({ outage: null, operator: null }, edit);
    expect(redundancy.check(record, gatherFacts(record)).measures?.redundancy?.seconds).toBeNull();
  });
});

test("goes by its name", () => {
  expect(judge(fakeRun(), [redundancy]).checks).toMatchObject([{ name: "redundancy", verdict: "no-objective" }]);
});
