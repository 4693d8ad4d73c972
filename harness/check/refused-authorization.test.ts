import { expect, test } from "vitest";
import { gatherFacts } from "./facts.ts";
import { refusedAuthorization } from "./refused-authorization.ts";
import { every, type Instants, timeline } from "./testing/fake-timeline.ts";

/** The finding for a load of these writes, some of which, by number, were refused. */
function checked(writes: readonly Instants[], numbers: readonly number[], status = 401) {
  const record = timeline(writes, {}, ({ operations }) => ({
    operations: operations.map((op) =>
      numbers.includes(op.n) ? { ...op, outcome: "fail" as const, reason: "unauthorized", status } : op,
    ),
  }));
  return refusedAuthorization.check(record, gatherFacts(record));
}
const from = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

/** One every 100 ms, each answered after 10 ms. */
const WRITES = every(100, 0, 5000);

test("without a refusal there is nothing to judge", () => {
  expect(checked(WRITES, [])).toEqual({
    ...{ verdict: "no-objective", reason: "no write was answered with 401 or 403" },
    measures: { unauthorized: { count: 0, seconds: 0 } },
  });
  for (const status of [400, 402, 404, 429]) expect(checked(WRITES, [20], status).verdict).toBe("no-objective");
});

test.each([401, 403])("an authorization that is accepted again was valid all along, so it is broken: %i", (status) => {
  expect(checked(WRITES, from(20, 10), status)).toEqual({
    verdict: "broken",
    reason:
      "10 writes were answered with 401 or 403, from 2.01 s to 3.01 s, and later ones with the same authorization were acknowledged",
    evidence: ["from 2.01 s to 3.01 s"],
    measures: { unauthorized: { count: 10, seconds: 1 } },
  });
});

test("each stretch is reported, and one without an end", () => {
  const { verdict, reason, evidence, measures } = checked(WRITES, [10, 30, 31, ...from(48, 2)]);
  expect(verdict).toBe("broken");
  expect(reason).toContain("in 2 stretches, the first from 1.01 s to 1.11 s");
  expect(evidence).toEqual(["from 1.01 s to 1.11 s", "from 3.01 s to 3.21 s", "from 4.81 s to the end of the load"]);
  expect(measures?.unauthorized).toEqual({ count: 5, seconds: expect.closeTo(0.3, 9) });
});

test("one that is never accepted again may have expired", () => {
  expect(checked(WRITES, from(20, 30))).toEqual({
    verdict: "inconclusive",
    reason: "30 writes were answered with 401 or 403, from 2.01 s on: it may have expired",
    measures: { unauthorized: { count: 30, seconds: null } },
  });
});

test("a late acknowledgement of an earlier write is not that of a later one", () => {
  const late: Instants[] = [
    [0, 10],
    [50, 900],
    [100, 110],
    [200, 210],
  ];
  expect(checked(late, [2, 3]).verdict).toBe("inconclusive");
  expect(checked([...late, [300, 1000]], [2, 3])).toMatchObject({
    verdict: "broken",
    measures: { unauthorized: { seconds: 0.89 } },
  });
});

test("one that was never accepted before may not have been valid yet", () => {
  expect(checked(WRITES, from(0, 10))).toMatchObject({
    verdict: "inconclusive",
    reason: "10 writes were answered with 401 or 403, and none was acknowledged before",
  });
  expect(checked(WRITES, from(0, 50)).verdict).toBe("inconclusive");
  // The first of these was sent before, and acknowledged after.
  expect(
    checked(
      [
        [0, 900],
        [100, 110],
        [1000, 1010],
      ],
      [1],
    ).verdict,
  ).toBe("inconclusive");
});
