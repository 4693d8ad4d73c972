import { describe, expect, test } from "vitest";
import { writeId } from "../model/load/write.ts";
import type { DrillEvent, OperatorEvent } from "../model/record/event.ts";
import { acknowledgedWhenFenced } from "./acknowledged-when-fenced.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

/** A acknowledges until the proxy is routed to B, and write 100 exactly this long after the fault. */
const N = 100;
const ACK_MS = faultMsOf(PLAN) + 1001;
const SERVED = { outage: null, operator: { detectedMs: 500, routedMs: 2000 } };

const step = (name: OperatorEvent["step"], side: "a" | "b", atMs: number, more: Partial<OperatorEvent> = {}) => {
  return { type: "operator", plan: "failover", step: name, side, atMs, tookMs: 0, detail: {}, ...more } as const;
};
const isNoFence = (event: DrillEvent) => event.type !== "operator" || event.step !== "fenced";
function judged(
  steps: DrillEvent[],
  changes: Partial<Plan> = { lost: [N] },
  edit = (_: Parts): Partial<Parts> => ({}),
) {
  const record = fakeRun({ ...SERVED, ...changes }, (parts) => ({
    operations: parts.operations.map((op) => (op.n === N ? { ...op, completedMs: ACK_MS } : op)),
    events: [...parts.events.filter(isNoFence), ...steps].toSorted((x, y) => x.atMs - y.atMs),
    ...edit(parts),
  }));
  return acknowledgedWhenFenced.check(record, gatherFacts(record));
}
const word = (...args: Parameters<typeof judged>) => judged(...args).verdict;

test("names a lost write that a fenced site acknowledged, with its line and the time since the fence", () => {
  const { verdict, reason, evidence } = judged([step("fenced", "a", ACK_MS - 12)]);
  expect([verdict, reason]).toEqual(["broken", "1 lost writes were acknowledged by a site after it had been fenced"]);
  // To within the 2 ms of k6's clock.
  expect(evidence).toEqual([
    `${writeId(PLAN.seed, N)}: acknowledged by a 0.010 s after it was fenced, ledger.ndjson:${2 * N + 2}`,
  ]);
});

test("counts from the end of the step, to within the error of k6's clock", () => {
  expect([2, 2.5].map((ms) => word([step("fenced", "a", ACK_MS - ms)]))).toEqual(["holds", "broken"]);
});

test("a write that the serving site holds was only late", () => {
  const found = judged([step("fenced", "a", ACK_MS - 12)], {});
  expect(found.verdict).toBe("holds");
  expect(found.reason).toMatch(
    /^no write acknowledged by a fenced site is lost: \d+ acknowledgements came after the fence$/,
  );
  expect(Number(/\d+/.exec(found.reason)?.[0])).toBeGreaterThan(10);
});

test("does not count writes acknowledged by the other site, or never acknowledged", () => {
  expect(word([step("fenced", "b", ACK_MS - 12)])).toBe("holds");
  const unknown = ({ operations }: Parts) => ({
    operations: operations.map((op) => (op.n === N ? { ...op, completedMs: ACK_MS, outcome: "info" as const } : op)),
  });
  expect(word([step("fenced", "a", ACK_MS - 12)], { lost: [N] }, unknown)).toBe("holds");
});

describe("no fence counts", () => {
  test("if it could not be set", () => {
    const detail = { answer: "unreachable: connection refused" };
    expect(word([step("fenced", "a", ACK_MS - 500, { detail })])).toBe("no-objective");
    expect(word([step("fenced", "a", ACK_MS - 500, { detail: { answer: "read-only" } })])).toBe("broken");
    expect(word([])).toBe("no-objective");
  });

  test("once the site is promoted again", () => {
    const promoted = (ms: number) => step("promoted", "a", ACK_MS + ms, { plan: "switchover", tookMs: 100 });
    expect(word([step("fenced", "a", ACK_MS - 500), promoted(100)])).toBe("holds");
    expect(word([step("fenced", "a", ACK_MS - 500), promoted(101)])).toBe("broken");
    // The promotion begins in the millisecond in which the fence was set.
    expect(word([step("fenced", "a", ACK_MS - 500), promoted(-400)])).toBe("holds");
    expect(word([step("fenced", "a", ACK_MS - 500), step("promoted", "b", ACK_MS - 100)])).toBe("broken");
  });

  test("but a promotion that had begun before it was set does not lift it", () => {
    const promoted = (ms: number) => step("promoted", "a", ACK_MS - ms, { plan: "switchover", tookMs: 200 });
    for (const ms of [900, 400]) expect(word([promoted(ms), step("fenced", "a", ACK_MS - 500)])).toBe("broken");
  });

  test("if a switchover failed before it had promoted a site", () => {
    const fenced = step("fenced", "a", ACK_MS - 500, { plan: "switchover" });
    const failed = step("failed", "b", ACK_MS + 500, { plan: "switchover" });
    const promoted = step("promoted", "b", ACK_MS - 100, { plan: "switchover" });
    expect(word([fenced, failed])).toBe("no-objective");
    expect(word([fenced, { ...failed, atMs: fenced.atMs }])).toBe("no-objective");
    expect(word([fenced, promoted, failed])).toBe("broken");
    expect(word([fenced, { ...failed, plan: "restart" }])).toBe("broken");
    // The attempt before this one failed, or the one after it.
    expect(word([{ ...failed, atMs: ACK_MS - 900 }, fenced, promoted])).toBe("broken");
    const done = step("done", "b", ACK_MS - 100, { plan: "switchover" });
    expect(word([fenced, done, failed])).toBe("broken");
    // A failover that is retried keeps the fence.
    expect(
      word([
        { ...fenced, plan: "failover" },
        { ...failed, plan: "failover", atMs: ACK_MS - 400 },
      ]),
    ).toBe("broken");
  });
});

test("is inconclusive without the serving site's audit", () => {
  expect(word([step("fenced", "a", ACK_MS - 12)], {}, () => ({ audit: [] }))).toBe("inconclusive");
});

test("is inconclusive without k6's clock", () => {
  const record = fakeRun({ ...SERVED, lost: [N] }, ({ run }) => ({ run: { ...run, clock: null } }));
  const reason = expect.stringMatching(/^k6's clock was never mapped/);
  expect(judge(record, [acknowledgedWhenFenced]).checks).toMatchObject([
    { name: "acknowledged-when-fenced", verdict: "inconclusive", reason },
  ]);
});
