import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import { type CheckWord, VerdictSchema } from "../model/verdict/verdict.ts";
import { readRecord } from "../record/read-record.ts";
import type { Checker } from "./checker.ts";
import { toResult } from "./checker.ts";
import { CHECKERS, judge } from "./judge.ts";
import { fakeParts, fakeRun, filesOf, type Parts } from "./testing/fake-run.ts";

const record = fakeRun();
const files = filesOf(fakeParts());
const says = (verdict: CheckWord): Checker => ({ name: verdict, check: () => ({ verdict, reason: "because" }) });

test("the worst word wins: broken, then inconclusive, then holds", () => {
  const words = fc.array(fc.constantFrom<CheckWord>("holds", "broken", "inconclusive", "no-objective"), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(words, (list) => {
      const { verdict } = judge(record, list.map(says));
      const bad = (["broken", "inconclusive"] as const).find((word) => list.includes(word));
      expect(verdict).toBe(bad ?? (list.includes("holds") ? "holds" : "inconclusive"));
    }),
    { seed: 1 },
  );
});

test("a checker that throws is inconclusive with its error, and the others still run", () => {
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

test("is inconclusive without checkers", () => {
  expect(judge(record, []).verdict).toBe("inconclusive");
  expect(judge(record, [says("no-objective")]).verdict).toBe("inconclusive");
});

test("a run without writes never holds", () => {
  const empty = fakeRun({}, ({ run }) => ({
    operations: [],
    audit: [],
    run: { ...run, k6: { iterations: 0, droppedIterations: 0, exitCode: 0 } },
  }));
  const noFiles = readRecord({ ...files, ledger: "", events: "", probes: "", audit: "" });
  for (const nothing of [empty, noFiles]) {
    const { verdict, measures } = judge(nothing);
    expect(verdict).toBe("inconclusive");
    expect([measures.lost.count, measures.rpo.seconds, measures.rto.seconds, measures.downtime.seconds]).toEqual(
      Array(4).fill(null),
    );
  }
});

test("no checker holds for a run without writes", () => {
  const nothing = readRecord({ ...files, ledger: "", events: "", probes: "", audit: "" });
  expect(judge(nothing).checks.filter((check) => check.verdict === "holds")).toEqual([]);
});

test("the same record gives the same verdict, and it fits the schema", () => {
  const verdict = judge(fakeRun({ lost: [10, 11], stranded: [10] }));
  expect(verdict).toEqual(judge(fakeRun({ lost: [10, 11], stranded: [10] })));
  expect(VerdictSchema.parse(verdict)).toEqual(verdict);
  expect(verdict.checks.map((check) => check.name)).toEqual(CHECKERS.map((checker) => checker.name));
});

test("long evidence is shortened, with the number of lines left out", () => {
  const evidence = Array.from({ length: 25 }, (_, i) => `no ${i}`);
  const wordy: Checker = { name: "wordy", check: () => ({ verdict: "holds", reason: "", evidence }) };
  expect(judge(record, [wordy]).checks[0]?.evidence).toEqual([...evidence.slice(0, 20), "… and 5 more"]);
});

test("a failed write that did happen makes the run inconclusive", () => {
  const failed = fakeRun({ happened: [90] }, ({ operations }) => ({
    operations: operations.map((op) => (op.n === 90 || op.n === 91 ? { ...op, outcome: "fail" } : op)),
  }));
  const { verdict, measures } = judge(failed);
  expect(verdict).toBe("inconclusive");
  expect(measures.writes).toMatchObject({ attempted: 240, failed: 2 });
  expect(measures.phantom).toEqual({ count: 1, ids: [failed.history.at(90).write] });
  expect(measures.recovered.count).toBe(0);
});

test("latency is that of acknowledged writes, in three phases", () => {
  const { before, during, after } = judge(fakeRun({ tookMs: 7 })).measures.latency;
  expect([before.p50, after.p99]).toEqual([7, 7]);
  // The only one in the outage is the one that ended it.
  expect([before.count, during.count]).toEqual([61, 1]);
  expect(after.count).toBeGreaterThan(90);
});

describe("if times of the load cannot be compared with those of the drill", () => {
  const unmapped = ({ run, ...parts }: Parts): Parts => ({ ...parts, run: { ...run, clock: null } });
  /** The last acknowledgement has a time before its sending, and the write before it failed. */
  const setBack = ({ operations, ...parts }: Parts): Parts => ({
    ...parts,
    operations: operations.map((op) => {
      if (op.n === operations.length - 2) return { ...op, status: 0, stored: [] };
      return op.n === operations.length - 1 ? { ...op, completedMs: op.invokedMs - 3000 } : op;
    }),
  });

  test.each([
    ["k6's clock was never mapped", unmapped, /^k6's clock was never mapped to the drill's/],
    [
      "k6's clock was set back",
      setBack,
      /^k6's clock was set back: 1 answers are timestamped before their write was sent/,
    ],
  ])("%s: no figure that needs them, each with the reason, and lost writes are known", (_, damage, why) => {
    const verdict = judge(readRecord(filesOf(damage(fakeParts({ lost: [60] })))));
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
    expect(JSON.stringify(verdict)).not.toContain("NaN");
    const { rto, rpo, downtime, availability, latency, lost, replicationLag, switchovers } = verdict.measures;
    expect([rto.seconds, rto.censoredAtSeconds, rpo.seconds, downtime.seconds, availability.byTime]).toEqual(
      Array(5).fill(null),
    );
    expect([availability.byCount, latency.before.p50, replicationLag.before.heartbeatMs.max, lost.tail]).toEqual(
      Array(4).fill(null),
    );
    expect([lost.count, lost.holes, lost.oldestAckMs, rpo.count, switchovers]).toEqual([1, null, null, 1, []]);
    const resultOf = (name: string) => verdict.checks.find((check) => check.name === name);
    for (const { name } of CHECKERS.filter(({ needsTimes }) => needsTimes)) {
      expect(resultOf(name)?.verdict).toBe("inconclusive");
      expect(resultOf(name)?.reason).toMatch(why);
    }
    expect(CHECKERS.filter(({ needsTimes }) => needsTimes).length).toBeGreaterThan(10);
    expect(verdict.verdict).not.toBe("holds");
  });
});

describe("on a machine kept busy by other work", () => {
  const machine = (verdict: CheckWord, unknownSeconds: number | null): Checker => ({
    name: "machine",
    check: () => ({
      ...{ verdict, reason: "others worked" },
      measures: { machine: { ...UNMEASURED.machine, unknownSeconds } },
    }),
  });
  const broken = (isLate: boolean): Checker => ({
    name: "rto",
    check: () => ({ verdict: "broken", reason: "too late", isLate }),
  });
  const wordOf = (checker: Checker, verdict: CheckWord = "inconclusive", unknownSeconds: number | null = 0) => {
    const [, check] = judge(record, [machine(verdict, unknownSeconds), checker]).checks;
    return [check?.verdict, check?.reason];
  };

  test("a time that ended too late is not the system's fault, and all else is", () => {
    expect(wordOf(broken(true))).toEqual(["inconclusive", "too late, on a busy machine"]);
    expect(wordOf(broken(false))).toEqual(["broken", "too late"]);
  });

  test("an objective that was met anyway holds", () => {
    expect(wordOf({ name: "availability", check: () => ({ verdict: "holds", reason: "kept" }) })).toEqual([
      "holds",
      "kept",
    ]);
  });

  test("a missed time is broken unless the machine was sampled all the time and busy", () => {
    const missed = broken(true);
    expect(wordOf(missed, "holds")).toEqual(["broken", "too late"]);
    for (const unknownSeconds of [0.1, null])
      expect(wordOf(missed, "inconclusive", unknownSeconds)).toEqual(["broken", "too late"]);
    // Another inconclusive checker does not make the machine busy.
    const other: Checker = { ...machine("inconclusive", 0), name: "other" };
    expect(judge(record, [other, missed]).checks[1]?.verdict).toBe("broken");
  });
});

test("a figure that is NaN or infinite makes its checker inconclusive", () => {
  for (const seconds of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const measures = { rpo: { count: 1, seconds, afterFault: 0, later: 0 } };
    const { checks, measures: measured } = judge(record, [
      { name: "sum", check: () => ({ verdict: "holds", reason: "", measures }) },
    ]);
    const reason = `the checker itself failed: its figure "seconds" is ${seconds}`;
    expect(checks).toEqual([{ name: "sum", verdict: "inconclusive", reason, evidence: [] }]);
    expect(measured.rpo.seconds).toBeNull();
  }
});

test("every figure is a number or null, whatever happened", () => {
  const outage = fc.record({
    afterMs: fc.integer({ min: -4000, max: 7000 }),
    ms: fc.option(fc.integer({ min: 1, max: 9000 })),
  });
  const drawn = fc.record({
    outage: fc.option(outage),
    held: fc.boolean(),
    operator: fc.option(fc.constant({ detectedMs: 1500, routedMs: 2900 })),
    lost: fc.array(fc.nat({ max: 239 }), { maxLength: 4 }),
    afterSeconds: fc.integer({ min: 1, max: 8 }),
    baselineSeconds: fc.integer({ min: 1, max: 3 }),
    cut: fc.nat({ max: 240 }),
  });
  fc.assert(
    fc.property(drawn, ({ cut, ...plan }) => {
      const verdict = judge(fakeRun(plan, ({ operations }) => ({ operations: operations.slice(cut) })));
      expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
      expect(verdict.checks.filter(({ reason }) => /NaN|Infinity|checker itself failed/.test(reason))).toEqual([]);
    }),
    { seed: 20260105 },
  );
});

test("before any checker has run only the outcomes are known", () => {
  const [writes, resources] = [
    { count: null, ids: [] },
    { count: null, resources: [] },
  ];
  const quantiles = { p50: null, p95: null, p99: null, count: 0 };
  expect(judge(record, []).measures).toEqual({
    writes: { attempted: 240, acknowledged: 180, failed: 0, indeterminate: 60 },
    lost: { ...writes, oldestAckMs: null, tail: null, holes: null },
    ...{ stranded: writes, recovered: { count: null }, phantom: writes, unexpected: writes, duplicated: writes },
    ...{ doubleExecuted: writes, corrupt: writes, torn: writes },
    ...{ regressed: resources, dangling: resources, indexLost: resources },
    stale: { ...quantiles, maxMs: null },
    registers: { checked: null, violations: [] },
    divergence: { onlyServing: null, onlyOther: null, different: null },
    rpo: { count: null, seconds: null, afterFault: null, later: null },
    rto: {
      ...{ seconds: null, censoredAtSeconds: null, detect: null, switch: null, resume: null },
      ...{ lastEndSeconds: null, later: [], slowWrites: null, slowUntilSeconds: null },
    },
    redundancy: { seconds: null, censoredAtSeconds: null },
    downtime: { seconds: null, censored: false, intervals: [] },
    availability: { byTime: null, byCount: null, budgetByTime: null, budgetByCount: null },
    ...{ switchovers: [], clientNetworks: [] },
    latency: { before: quantiles, during: quantiles, after: quantiles },
    ...UNMEASURED,
  });
});

test("a measure stays when the next checker measures something else, or fails", () => {
  const measuring: Checker = {
    name: "measuring",
    check: () => ({
      verdict: "no-objective",
      reason: "",
      measures: { rpo: { count: 3, seconds: 4, afterFault: 0, later: 0 } },
    }),
  };
  const other: Checker = {
    name: "other",
    check: () => ({ verdict: "no-objective", reason: "", measures: { recovered: { count: 5 } } }),
  };
  expect(judge(record, [measuring, other, says("holds")]).measures).toMatchObject({
    rpo: { count: 3, seconds: 4 },
    recovered: { count: 5 },
  });
});

test("a checker that throws leaves its name, the word inconclusive and no evidence", () => {
  const check = () => {
    throw new Error("out of order");
  };
  expect(judge(record, [{ name: "thrower", check }]).checks).toEqual([
    { name: "thrower", verdict: "inconclusive", reason: "the checker itself failed: out of order", evidence: [] },
  ]);
});

test("shows 20 lines of evidence, counts the 21st; no evidence is an empty list", () => {
  const shown = (count: number) =>
    toResult("wordy", {
      verdict: "broken",
      reason: "because",
      evidence: Array.from({ length: count }, (_, i) => `no ${i}`),
    }).evidence;
  expect(shown(20)).toHaveLength(20);
  expect(shown(20).at(-1)).toBe("no 19");
  expect(shown(21).slice(-2)).toEqual(["no 19", "… and 1 more"]);
  expect(toResult("mute", { verdict: "holds", reason: "because" })).toEqual({
    ...{ name: "mute", verdict: "holds", reason: "because", evidence: [] },
  });
});

test("reports why the serving site's holdings are not known, if that is known", () => {
  const unreadable = fakeRun({}, () => ({ audit: [{ type: "unreadable", side: "b", why: "connection refused" }] }));
  const lost = judge(unreadable).checks.find((check) => check.name === "lost-writes");
  expect(lost?.reason).toBe("what B holds is not known: connection refused");
});

test.each([
  [["holds"], "holds"],
  [["holds", "no-objective"], "holds"],
  [["holds", "inconclusive"], "inconclusive"],
  [["inconclusive", "broken", "holds"], "broken"],
] as [CheckWord[], string][])("%j is %s", (words, verdict) => {
  expect(judge(record, words.map(says)).verdict).toBe(verdict);
});
