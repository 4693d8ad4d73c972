import { describe, expect, test } from "vitest";
import { writeId } from "../model/load/write.ts";
import type { DrillEvent, OperatorEvent } from "../model/record/event.ts";
import { acknowledgedWhenFenced } from "./acknowledged-when-fenced.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

/** A acknowledges until the proxy is latched, and write 100 at just that many milliseconds after the fault. */
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

test("a lost write that a fenced side acknowledged is named, with its line and how long after", () => {
  const { verdict, reason, evidence } = judged([step("fenced", "a", ACK_MS - 12)]);
  expect([verdict, reason]).toEqual(["broken", "1 writes are lost that a side acknowledged after it had been fenced"]);
  // To within the 2 ms of k6's clock.
  expect(evidence).toEqual([
    `${writeId(PLAN.seed, N)}: acknowledged by a 0.010 s after it was fenced, ledger.ndjson:${2 * N + 2}`,
  ]);
});

test("from the end of the step on, to within the error of k6's clock", () => {
  expect([2, 2.5].map((ms) => word([step("fenced", "a", ACK_MS - ms)]))).toEqual(["holds", "broken"]);
});

test("what is on the serving side was only late", () => {
  const found = judged([step("fenced", "a", ACK_MS - 12)], {});
  expect(found.verdict).toBe("holds");
  expect(found.reason).toMatch(/^nothing is lost that a fenced side acknowledged: \d+ answers came after the fence$/);
  expect(Number(/\d+/.exec(found.reason)?.[0])).toBeGreaterThan(10);
});

test("what the other side acknowledged is none of it, nor what was never acknowledged", () => {
  expect(word([step("fenced", "b", ACK_MS - 12)])).toBe("holds");
  const unknown = ({ operations }: Parts) => ({
    operations: operations.map((op) => (op.n === N ? { ...op, completedMs: ACK_MS, outcome: "info" as const } : op)),
  });
  expect(word([step("fenced", "a", ACK_MS - 12)], { lost: [N] }, unknown)).toBe("holds");
});

describe("no fence stands", () => {
  test("where it could not be put up", () => {
    const detail = { answer: "unreachable: connection refused" };
    expect(word([step("fenced", "a", ACK_MS - 500, { detail })])).toBe("no-objective");
    expect(word([step("fenced", "a", ACK_MS - 500, { detail: { answer: "read-only" } })])).toBe("broken");
    expect(word([])).toBe("no-objective");
  });

  test("from when the side is promoted again", () => {
    const promoted = (ms: number) => step("promoted", "a", ACK_MS + ms, { plan: "switchover", tookMs: 100 });
    expect(word([step("fenced", "a", ACK_MS - 500), promoted(100)])).toBe("holds");
    expect(word([step("fenced", "a", ACK_MS - 500), promoted(101)])).toBe("broken");
    // Begun in the millisecond in which the fence stood.
    expect(word([step("fenced", "a", ACK_MS - 500), promoted(-400)])).toBe("holds");
    expect(word([step("fenced", "a", ACK_MS - 500), step("promoted", "b", ACK_MS - 100)])).toBe("broken");
  });

  test("but for a promotion that had begun before it was put up", () => {
    const promoted = (ms: number) => step("promoted", "a", ACK_MS - ms, { plan: "switchover", tookMs: 200 });
    for (const ms of [900, 400]) expect(word([promoted(ms), step("fenced", "a", ACK_MS - 500)])).toBe("broken");
  });

  test("where a change of sides failed before it had promoted anybody", () => {
    const fenced = step("fenced", "a", ACK_MS - 500, { plan: "switchover" });
    const failed = step("failed", "b", ACK_MS + 500, { plan: "switchover" });
    const promoted = step("promoted", "b", ACK_MS - 100, { plan: "switchover" });
    expect(word([fenced, failed])).toBe("no-objective");
    expect(word([fenced, { ...failed, atMs: fenced.atMs }])).toBe("no-objective");
    expect(word([fenced, promoted, failed])).toBe("broken");
    expect(word([fenced, { ...failed, plan: "restart" }])).toBe("broken");
    // What failed was the try before this one, or the one after it.
    expect(word([{ ...failed, atMs: ACK_MS - 900 }, fenced, promoted])).toBe("broken");
    const done = step("done", "b", ACK_MS - 100, { plan: "switchover" });
    expect(word([fenced, done, failed])).toBe("broken");
    // A failover that is tried again keeps it up.
    expect(
      word([
        { ...fenced, plan: "failover" },
        { ...failed, plan: "failover", atMs: ACK_MS - 400 },
      ]),
    ).toBe("broken");
  });
});

test("without the serving side's audit nothing is known", () => {
  expect(word([step("fenced", "a", ACK_MS - 12)], {}, () => ({ audit: [] }))).toBe("inconclusive");
});

test("without k6's clock nobody knows what came after the fence", () => {
  const record = fakeRun({ ...SERVED, lost: [N] }, ({ run }) => ({ run: { ...run, clock: null } }));
  const reason = expect.stringMatching(/^k6's clock was never mapped/);
  expect(judge(record, [acknowledgedWhenFenced]).checks).toMatchObject([
    { name: "acknowledged-when-fenced", verdict: "inconclusive", reason },
  ]);
});
