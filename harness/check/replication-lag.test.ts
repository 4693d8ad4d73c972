import { expect, test } from "vitest";
import type { LagProbe, ProbeLine } from "../model/record/probe.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { replicationLag } from "./replication-lag.ts";
import type { Parts } from "./testing/fake-run.ts";
import { BASELINE, every, timeline } from "./testing/fake-timeline.ts";

/** A sample every 500 ms, as long as writes are sent. */
const samples = (tell: (atMs: number) => Pick<LagProbe, "heartbeatMs" | "lsnBytes">) =>
  every(500, 0, 10_000).map(([atMs]): LagProbe => ({ type: "replication-lag", from: "a", atMs, ...tell(atMs) }));
/** The fault at 2000 takes service away until 4000; the last write is sent at 8900. */
const WRITES = [...BASELINE, ...every(100, 2000, 4000, false), ...every(100, 4000, 9000)];

function measured(tell: Parameters<typeof samples>[0], edit: (parts: Parts) => Partial<Parts> = () => ({})) {
  const record = timeline(WRITES, {}, (parts) => ({ probes: samples(tell), ...edit(parts) }));
  return replicationLag.check(record, gatherFacts(record));
}

test("each phase of the run has its own lag, by both measures", () => {
  const { verdict, reason, measures } = measured((atMs) => {
    if (atMs < 2000) return { heartbeatMs: 40 + atMs / 100, lsnBytes: 100 };
    return atMs < 4000 ? { heartbeatMs: atMs - 1900, lsnBytes: 5000 } : { heartbeatMs: 60, lsnBytes: 0 };
  });
  expect(verdict).toBe("no-objective");
  const { before, during, after } = measures?.replicationLag ?? {};
  expect(before?.heartbeatMs).toEqual({ p50: 45, p95: 55, p99: 55, count: 4, max: 55, unknownSeconds: 0 });
  expect(before?.lsnBytes).toMatchObject({ max: 100, count: 4 });
  // Service is back with an acknowledgement at 4010: the sample at 4000 belongs to the outage.
  expect(during?.heartbeatMs).toMatchObject({ p50: 600, max: 1600, count: 5, unknownSeconds: 0 });
  expect(during?.lsnBytes).toMatchObject({ p50: 5000, max: 5000 });
  expect(after?.heartbeatMs).toMatchObject({ p50: 60, max: 60, count: 9, unknownSeconds: 0 });
  expect(reason).toBe(
    "the newest heartbeat on the follower was at most 55 ms old before, 1600 ms until service was back, 60 ms afterwards",
  );
});

test("time that could not be read is unknown, and in no quantile", () => {
  const { reason, measures } = measured((atMs) => {
    const lost = atMs >= 2500 && atMs < 4000;
    return { heartbeatMs: lost ? null : 50, lsnBytes: atMs >= 2000 ? null : 7 };
  });
  const { before, during, after } = measures?.replicationLag ?? {};
  expect(during?.heartbeatMs).toEqual({ p50: 50, p95: 50, p99: 50, count: 2, max: 50, unknownSeconds: 1.5 });
  expect(before?.lsnBytes.unknownSeconds).toBe(0);
  expect(during?.lsnBytes).toEqual({ p50: null, p95: null, p99: null, count: 0, max: null, unknownSeconds: 2.01 });
  expect(after?.lsnBytes.unknownSeconds).toBeCloseTo(4.89, 9);
  expect(reason).toContain("50 ms (unknown for 1.5 s) until service was back");
});

test("other samples in between do not count, and do not end the time of one", () => {
  const tell = () => ({ heartbeatMs: 50, lsnBytes: 0 });
  const others = every(500, 100, 10_000).map(([sentMs]): ProbeLine => {
    return { type: "availability", sentMs, doneMs: sentMs + 5, ok: true, status: 200, servedBy: "a" };
  });
  const mixed = samples(tell).flatMap((sample, i) => [sample, others[i] as ProbeLine]);
  expect(measured(tell, () => ({ probes: mixed })).measures).toEqual(measured(tell).measures);
});

test("if service never came back, no time follows, and nothing in it is unknown", () => {
  const never = timeline([...BASELINE, ...every(100, 2000, 9000, false)], {}, () => ({
    probes: samples(() => ({ heartbeatMs: 50, lsnBytes: 0 })),
  }));
  const { measures } = replicationLag.check(never, gatherFacts(never));
  expect(measures?.replicationLag?.after.heartbeatMs).toMatchObject({ count: 0, max: null, unknownSeconds: null });
});

test("an unknown second is reported, less is not", () => {
  const blindFor = (count: number) =>
    measured((atMs) => ({ heartbeatMs: atMs >= 2500 && atMs < 2500 + 500 * count ? null : 50, lsnBytes: 0 })).reason;
  expect(blindFor(2)).toContain(" 50 ms (unknown for 1.0 s) until service was back");
  expect(blindFor(1)).toContain(" 50 ms until service was back");
});

test("without a single sample all of it is unknown", () => {
  const { measures } = measured(
    () => ({ heartbeatMs: 1, lsnBytes: 1 }),
    () => ({ probes: [] }),
  );
  expect(measures?.replicationLag?.before.heartbeatMs).toMatchObject({ count: 0, max: null, unknownSeconds: 2 });
});

test("a sample stands for the time until the next one, even across the border of a phase", () => {
  const { measures } = measured(
    () => ({ heartbeatMs: 1, lsnBytes: 1 }),
    () => ({
      probes: [300, 2400, 10_000].map((atMs) => ({
        type: "replication-lag",
        from: "a",
        atMs,
        heartbeatMs: 9,
        lsnBytes: 1,
      })),
    }),
  );
  const { before, during, after } = measures?.replicationLag ?? {};
  expect([before, during, after].map((phase) => phase?.heartbeatMs.count)).toEqual([1, 1, 0]);
  expect([before, during, after].map((phase) => phase?.heartbeatMs.unknownSeconds)).toEqual([0.3, 0, 0]);
});

test("if no disaster was planned, faults and planned operations set the phase during which it is measured", () => {
  const order = (state: "given" | "done", atMs: number) =>
    ({ type: "order", order: 0, kind: "switchover", state, atMs, detail: {} }) as const;
  const { reason, measures } = measured(
    (atMs) => ({ heartbeatMs: atMs, lsnBytes: 0 }),
    ({ run, events }) => ({
      run: { ...run, scenario: { ...run.scenario, disaster: null } },
      events: [...events.filter(({ type }) => type !== "fault"), order("given", 3000), order("done", 5200)],
    }),
  );
  const { before, during, after } = measures?.replicationLag ?? {};
  expect([before, during, after].map((phase) => phase?.heartbeatMs.max)).toEqual([2500, 5000, 8500]);
  expect(reason).toContain("5000 ms meanwhile");
  // One that goes on when the last write was sent leaves no time after it.
  const late = measured(
    (atMs) => ({ heartbeatMs: atMs, lsnBytes: 0 }),
    ({ run, events }) => ({
      run: { ...run, scenario: { ...run.scenario, disaster: null } },
      events: [...events.filter(({ type }) => type !== "fault"), order("given", 3000), order("done", 9500)],
    }),
  );
  expect(late.measures?.replicationLag?.after.heartbeatMs).toMatchObject({ count: 0, unknownSeconds: 0 });
});

test("without a baseline or a fault there are no phases", () => {
  const record = timeline(BASELINE);
  for (const nothing of [{ baseline: null }, { disaster: null }])
    expect(replicationLag.check(record, { ...gatherFacts(record), ...nothing })).toEqual({
      verdict: "not-examined",
      reason: "there is no baseline or no fault",
    });
});

test("goes by its name, and is not asked where k6's clock was never mapped", () => {
  const record = timeline(WRITES, {}, ({ run }) => ({ run: { ...run, clock: null } }));
  expect(judge(record, [replicationLag]).checks).toMatchObject([
    { name: "replication-lag", verdict: "inconclusive", reason: expect.stringMatching(/^k6's clock was never mapped/) },
  ]);
});
