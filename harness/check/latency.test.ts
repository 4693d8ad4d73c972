import { expect, test } from "vitest";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { latency } from "./latency.ts";
import { BASELINE, every, type Instants, timeline } from "./testing/fake-timeline.ts";

const checked = (writes: Instants[]) => {
  const record = timeline(writes);
  return latency.check(record, gatherFacts(record));
};
const took = (ms: number, list: readonly Instants[]) => list.map(([sentMs]): Instants => [sentMs, sentMs + ms]);

test("is that of acknowledged writes, by the phase in which they were sent", () => {
  // One write is acknowledged in the outage; service is back with the acknowledgement of the write sent at 3000.
  const back = took(30, every(100, 3000, 9000));
  const { verdict, reason, measures } = checked([
    ...took(20, BASELINE),
    ...every(100, 2000, 2500, false),
    [2500, 2550],
    ...every(100, 2600, 3000, false),
    ...back,
  ]);
  expect(verdict).toBe("no-objective");
  expect(reason).toBe("p99 20 ms before the fault, 30 ms after service came back");
  expect(measures?.latency).toEqual({
    before: { p50: 20, p95: 20, p99: 20, count: 20 },
    during: { p50: 30, p95: 50, p99: 50, count: 2 },
    after: { p50: 30, p95: 30, p99: 30, count: 59 },
  });
});

test("a write sent when the baseline begins belongs to it, one sent at the fault to the next phase", () => {
  const { before, during, after } =
    checked([...BASELINE, [2000, 2040], ...every(100, 2100, 9000)]).measures?.latency ?? {};
  // Service is never away: it is back with the first acknowledgement after the fault.
  expect([before?.count, before?.p99, during?.count, during?.p99, after?.count]).toEqual([20, 10, 1, 40, 69]);
});

test("if service never came back there is no latency after the outage", () => {
  const { reason, measures } = checked([...BASELINE, ...every(100, 2000, 6000, false)]);
  expect(reason).toBe("p99 10 ms before the fault, – after service came back");
  expect(measures?.latency?.after).toEqual({ p50: null, p95: null, p99: null, count: 0 });
});

test("without a disaster the second phase is that of the planned operations", () => {
  const order = (state: "given" | "done", atMs: number) =>
    ({ type: "order", order: 0, kind: "start-replication", state, atMs, detail: {} }) as const;
  const writes = [...BASELINE, ...took(70, every(100, 2000, 4000)), ...took(15, every(100, 4000, 6000))];
  const record = timeline(writes, {}, ({ run, events }) => ({
    run: { ...run, scenario: { ...run.scenario, disaster: null } },
    events: [...events.filter(({ type }) => type !== "fault"), order("given", 2000), order("done", 4000)],
  }));
  const { reason, measures } = latency.check(record, gatherFacts(record));
  expect(reason).toBe("p99 10 ms before anything was done, 70 ms meanwhile, 15 ms afterwards");
  const { before, during, after } = measures?.latency ?? {};
  expect([before?.count, during?.count, after?.count]).toEqual([20, 20, 20]);
});

test("or of a fault that is no disaster, up to its healing", () => {
  const fault = (state: "injecting" | "healed", atMs: number) =>
    ({ type: "fault", fault: 0, kind: "link-cut", state, atMs, detail: {} }) as const;
  const record = timeline([...BASELINE, ...every(100, 2000, 6000)], {}, ({ run, events }) => ({
    run: { ...run, scenario: { ...run.scenario, disaster: null } },
    events: [...events.filter(({ type }) => type !== "fault"), fault("injecting", 2000), fault("healed", 5000)],
  }));
  const { before, during, after } = latency.check(record, gatherFacts(record)).measures?.latency ?? {};
  expect([before?.count, during?.count, after?.count]).toEqual([20, 30, 10]);
});

test("is inconclusive without a baseline or a fault", () => {
  const record = timeline(BASELINE);
  for (const nothing of [{ baseline: null }, { disaster: null }])
    expect(latency.check(record, { ...gatherFacts(record), ...nothing })).toEqual({
      verdict: "inconclusive",
      reason: "there is no baseline or no fault",
    });
});

test("is listed under its name, and is inconclusive if k6's clock was never mapped", () => {
  const record = timeline(BASELINE, {}, ({ run }) => ({ run: { ...run, clock: null } }));
  expect(judge(record, [latency]).checks).toMatchObject([
    { name: "latency", verdict: "inconclusive", reason: expect.stringMatching(/^k6's clock was never mapped/) },
  ]);
});
