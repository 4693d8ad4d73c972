import { describe, expect, test } from "vitest";
import type { RunRecord } from "../model/record/record.ts";
import { gatherFacts } from "./facts.ts";
import { every, type Instants, timeline } from "./testing/fake-timeline.ts";
import { throttled } from "./throttled.ts";

/** A load of these writes, some of which, by number, were throttled. */
function checked(writes: readonly Instants[], numbers: readonly number[], changes: { status?: number } = {}) {
  const record = timeline(writes, {}, ({ operations }) => ({
    operations: operations.map((op) =>
      numbers.includes(op.n) ? { ...op, outcome: "fail" as const, reason: "throttled", status: 429, ...changes } : op,
    ),
  }));
  return findingOf(record);
}
const findingOf = (record: RunRecord) => throttled.check(record, gatherFacts(record));
const from = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

/** 100 a second, for ten seconds, each answered after 10 ms. */
const TEN_SECONDS = every(10, 0, 10_000);

test("without a throttled write there is nothing to judge", () => {
  expect(checked(TEN_SECONDS, [])).toEqual({
    ...{ verdict: "no-objective", reason: "no write was answered with 429" },
    measures: { throttled: { count: 0, share: 0, longestSeconds: 0 } },
  });
  expect(checked(TEN_SECONDS, from(0, 900), { status: 503 }).verdict).toBe("no-objective");
});

test("up to 1 % of the writes may be; more are too many", () => {
  const apart = (count: number) => from(0, count).map((k) => 5 + 50 * k);
  expect(checked(TEN_SECONDS, apart(10))).toEqual({
    ...{ verdict: "holds", reason: "10 writes were answered with 429, 1 % of those from the baseline on" },
    measures: { throttled: { count: 10, share: 0.01, longestSeconds: 0 } },
  });
  const { verdict, reason } = checked(TEN_SECONDS, apart(11));
  expect(verdict).toBe("inconclusive");
  expect(reason).toBe(
    "11 writes were answered with 429, 1.1 % of those from the baseline on, too many to tell them from an outage",
  );
});

test("writes of the warm-up do not count, and are not in the share", () => {
  const writes = [...every(10, -5000, 0), ...TEN_SECONDS];
  expect(checked(writes, from(0, 500)).verdict).toBe("no-objective");
  expect(checked(writes, [100, 600]).measures?.throttled).toEqual({ count: 1, share: 0.001, longestSeconds: 0 });
});

describe("a time in which every answer was a 429", () => {
  /** Enough other writes that the share does not matter. */
  const MANY = every(1, 20_000, 60_000);
  const at = (...ms: number[]): Instants[] => ms.map((sent) => [sent, sent + 10]);

  test.each([
    [999, "holds"],
    [1000, "inconclusive"],
  ])("of %i ms: %s", (ms, verdict) => {
    const finding = checked([...at(0, 500, ms, 5000), ...MANY], [0, 1, 2]);
    expect(finding.verdict).toBe(verdict);
    expect(finding.measures?.throttled?.longestSeconds).toBe(ms / 1000);
  });

  test("is reported with its length", () => {
    const { reason } = checked([...at(0, 700, 1400, 5000), ...MANY], [0, 1, 2]);
    expect(reason).toMatch(/; for 1\.40 s every answer was one, so it is not known whether the service was up$/);
  });

  test("ends with any other answer, but not with a write that got none", () => {
    expect(checked([...at(0, 700, 1400), ...MANY], [0, 2]).verdict).toBe("holds");
    // Its client gives up after 5 s.
    const silent: Instants[] = [[500, null], [5000, 5010], [6500, 6510], ...MANY];
    expect(checked(silent, [1, 2]).verdict).toBe("inconclusive");
  });

  test("is measured by the times of answers, not of writes", () => {
    // The second was sent in between, and answered before.
    const overtaken: Instants[] = [[0, 900], [100, 110], [1500, 1910], ...MANY];
    expect(checked(overtaken, [0, 2]).measures?.throttled?.longestSeconds).toBe(1.01);
  });
});
