import { describe, expect, test } from "vitest";
import type { AuditRow } from "../model/audit.ts";
import type { ProbeLine } from "../model/probe.ts";
import { gatherFacts } from "./facts.ts";
import { PLAN } from "./planted-plan.ts";
import { type Parts, plantedRun } from "./planted-run.ts";
import { faultMsOf } from "./planted-writes.ts";
import { redundancy } from "./redundancy.ts";

const FAULT_MS = faultMsOf(PLAN);
const NORMAL_MS = 80;

/** A look every 250 ms, from before the baseline to the end of the load. */
const lags = (heartbeatAt: (atMs: number) => number | null): ProbeLine[] =>
  Array.from({ length: 48 }, (_, i) => 2000 + 250 * i).map((atMs) => {
    return { type: "replication-lag", atMs, heartbeatMs: heartbeatAt(atMs), lsnBytes: 0 };
  });

/** B is cut off from A at the fault and follows again after `awaySeconds`; in the end both hold the same. */
function checked({
  awaySeconds,
  equal = true,
  objective = null,
  probes,
}: {
  awaySeconds: number;
  equal?: boolean;
  objective?: number | null;
  probes?: ProbeLine[];
}) {
  const backMs = FAULT_MS + awaySeconds * 1000;
  const behind = (atMs: number) => (atMs >= FAULT_MS && atMs < backMs ? NORMAL_MS + atMs - FAULT_MS : NORMAL_MS);
  const edit = ({ audit }: Parts): Partial<Parts> => {
    const ofA = audit.filter((line) => line.type === "row" && line.side === "a") as AuditRow[];
    const ofB = ofA.slice(equal ? 0 : 1).map((row): AuditRow => ({ ...row, side: "b" }));
    const rest = audit.filter((line) => line.side === "a");
    const end = { type: "rows-end" as const, side: "b" as const, rows: ofB.length, postgres: "17" };
    return { audit: [...rest, ...ofB, end], probes: probes ?? lags(behind) };
  };
  const objectives = { ...PLAN.objectives, redundancySeconds: objective };
  const record = plantedRun({ outage: null, operator: null, objectives }, edit);
  return redundancy.check(record, gatherFacts(record));
}

test("is restored when B follows as closely as before, to within one look", () => {
  for (const awaySeconds of [0.5, 2, 4.1]) {
    const seconds = checked({ awaySeconds }).measures?.redundancy?.seconds as number;
    expect(seconds).toBeGreaterThanOrEqual(awaySeconds);
    expect(seconds).toBeLessThanOrEqual(awaySeconds + 0.25);
  }
});

test("is not restored, however small the lag, while the sides hold different content", () => {
  const { measures, reason } = checked({ awaySeconds: 2, equal: false });
  expect(measures?.redundancy).toEqual({ seconds: null, censoredAtSeconds: expect.any(Number) });
  expect(measures?.redundancy?.censoredAtSeconds).toBeGreaterThan(7);
  expect(reason).toMatch(/hold different content/);
});

test("is not restored while B still lags, or was not seen to follow", () => {
  expect(checked({ awaySeconds: 60 }).reason).toMatch(/still lagged/);
  const blind = lags((atMs) => (atMs < FAULT_MS ? NORMAL_MS : null));
  expect(checked({ awaySeconds: 0, probes: blind }).measures?.redundancy?.seconds).toBeNull();
});

test("an age that is a look's length above the baseline's worst is as close as can be told; more is not", () => {
  const after = (ms: number) => lags((atMs) => (atMs > FAULT_MS ? NORMAL_MS + ms : NORMAL_MS));
  expect(checked({ awaySeconds: 0, probes: after(250) }).measures?.redundancy?.seconds).toBeLessThan(0.5);
  expect(checked({ awaySeconds: 0, probes: after(251) }).measures?.redundancy?.seconds).toBeNull();
});

test("a moment of following in between does not count", () => {
  const probes = lags((atMs) => (atMs < FAULT_MS || Math.floor(atMs / 250) === 30 || atMs > 12_000 ? NORMAL_MS : 5000));
  expect(checked({ awaySeconds: 0, probes }).measures?.redundancy?.seconds).toBeGreaterThan(5.5);
});

describe("the objective decides, where there is one", () => {
  test.each([
    [{ awaySeconds: 2, objective: null }, "unasked"],
    [{ awaySeconds: 2, objective: 3 }, "holds"],
    [{ awaySeconds: 2, objective: 1 }, "broken"],
    [{ awaySeconds: 2, equal: false, objective: null }, "unasked"],
    [{ awaySeconds: 2, equal: false, objective: 3 }, "broken"],
    [{ awaySeconds: 2, equal: false, objective: 30 }, "inconclusive"],
    [{ awaySeconds: 2, objective: 3, probes: [] }, "inconclusive"],
    [{ awaySeconds: 2, probes: lags(() => null) }, "unasked"],
  ])("%j: %s", (plan, verdict) => {
    expect(checked(plan).verdict).toBe(verdict);
  });
});

test("without a fault, a baseline or the other side's audit it is not known", () => {
  const objectives = { ...PLAN.objectives, redundancySeconds: 5 };
  for (const edit of [
    ({ events }: Parts) => ({ events: events.filter((e) => e.type !== "fault") }),
    ({ events }: Parts) => ({ events: events.filter((e) => e.type !== "phase") }),
    ({ audit }: Parts) => ({ audit: audit.filter((line) => line.side !== "a") }),
  ]) {
    const record = plantedRun({ objectives }, edit);
    const { verdict, measures } = redundancy.check(record, gatherFacts(record));
    expect([verdict, measures]).toEqual(["inconclusive", undefined]);
  }
});
