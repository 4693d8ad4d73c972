import fc from "fast-check";
import { expect, test } from "vitest";
import { readRecord } from "../history/read-record.ts";
import { VerdictSchema, type VerdictWord } from "../model/verdict.ts";
import type { Checker } from "./checker.ts";
import { CHECKERS, judge } from "./judge.ts";
import { filesOf, plantedRun } from "./planted-run.ts";

const record = plantedRun();
const says = (verdict: VerdictWord): Checker => ({ name: verdict, check: () => ({ verdict, reason: "because" }) });

test("the worst word wins: broken, then inconclusive, then holds", () => {
  const words = fc.array(fc.constantFrom<VerdictWord>("holds", "broken", "inconclusive"), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(words, (list) => {
      const { verdict } = judge(record, list.map(says));
      const worst = list.includes("broken") ? "broken" : list.includes("inconclusive") ? "inconclusive" : "holds";
      expect(verdict).toBe(worst);
    }),
    { seed: 1, numRuns: 100 },
  );
});

test("a checker that throws is inconclusive with its error, and the others still speak", () => {
  const thrower: Checker = {
    name: "thrower",
    check: () => {
      throw new Error("out of order");
    },
  };
  const { verdict, checks } = judge(record, [says("holds"), thrower, says("holds")]);
  expect(verdict).toBe("inconclusive");
  expect(checks.map((check) => check.verdict)).toEqual(["holds", "inconclusive", "holds"]);
  expect(checks[1]?.reason).toContain("out of order");
});

test("nobody to judge is inconclusive", () => {
  expect(judge(record, []).verdict).toBe("inconclusive");
});

test("a run without writes is never said to hold", () => {
  const empty = {
    ...record,
    operations: [],
    run: { ...record.run, k6: { iterations: 0, droppedIterations: 0, exitCode: 0 } },
  };
  const noFiles = readRecord({ ...filesOf(record), ledger: "", events: "", probes: "", audit: "" });
  for (const nothing of [empty, noFiles]) {
    const { verdict, measures } = judge(nothing);
    expect(verdict).toBe("inconclusive");
    expect([measures.lost.count, measures.rpo.seconds, measures.rto.seconds, measures.downtime.seconds]).toEqual(
      Array(4).fill(null),
    );
  }
});

test("not one checker says holds of a run without writes", () => {
  const nothing = readRecord({ ...filesOf(record), ledger: "", events: "", probes: "", audit: "" });
  expect(judge(nothing).checks.filter((check) => check.verdict === "holds")).toEqual([]);
});

test("the same record gives the same judgement, and it is of the schema", () => {
  const verdict = judge(plantedRun({ lost: [10, 11], stranded: [10] }));
  expect(verdict).toEqual(judge(plantedRun({ lost: [10, 11], stranded: [10] })));
  expect(VerdictSchema.parse(verdict)).toEqual(verdict);
  expect(verdict.checks.map((check) => check.name)).toEqual(CHECKERS.map((checker) => checker.name));
});

test("long evidence is shortened, and says by how much", () => {
  const evidence = Array.from({ length: 25 }, (_, i) => `no ${i}`);
  const wordy: Checker = { name: "wordy", check: () => ({ verdict: "holds", reason: "", evidence }) };
  expect(judge(record, [wordy]).checks[0]?.evidence).toEqual([...evidence.slice(0, 20), "… and 5 more"]);
});

test("a failed write that did happen makes the run inconclusive", () => {
  const happened = plantedRun({ happened: [90] });
  const operations = happened.operations.map((op) => (op.n === 90 ? { ...op, outcome: "fail" as const } : op));
  const { verdict, measures } = judge({ ...happened, operations });
  expect(verdict).toBe("inconclusive");
  expect(measures.phantom).toEqual({ count: 1, ids: [happened.operations[90]?.write] });
  expect(measures.recovered.count).toBe(0);
});

test("latency is that of acknowledged writes, in three parts", () => {
  const { before, during, after } = judge(plantedRun({ tookMs: 7 })).measures.latency;
  expect([before.p50, after.p99]).toEqual([7, 7]);
  // In the outage there is none but the one that ended it.
  expect([before.count, during.count]).toEqual([61, 1]);
  expect(after.count).toBeGreaterThan(90);
});
