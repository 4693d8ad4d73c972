/** A load shared by several runners is judged like that of one; and anything missing of one is reported by its name. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIRST_RUNNER, type OtherRunner, RUNNER_NAMES } from "../model/load/runners.ts";
import type { ClockMap } from "../model/record/clock.ts";
import type { Run } from "../model/record/run.ts";
import { sealOf } from "../model/record/seal.ts";
import { readRecord } from "../record/read-record.ts";
import { judge } from "./judge.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { cameBack } from "./testing/fake-return.ts";
import { fakeParts, filesOf, type Parts } from "./testing/fake-run.ts";
import { type SharedFiles, sharedFiles } from "./testing/fake-runners.ts";

const alike = (runners: number): ClockMap[] => Array.from({ length: runners }, () => ({ ...PLAN.clock, samples: 3 }));
const apart = (runners: number): ClockMap[] =>
  alike(runners).map((clock, i) => ({ ...clock, offsetMs: clock.offsetMs + 3_600_000 * i - 7 * i }));

/** Without the places of lines in the ledgers. */
const verdictOf = (files: Parameters<typeof readRecord>[0]) =>
  JSON.parse(JSON.stringify(judge(readRecord(files))).replaceAll(/ledger(\.k6-\d+)?\.ndjson:\d+/g, "the ledger"));
const worthOf = (files: Parameters<typeof readRecord>[0]) =>
  judge(readRecord(files)).checks.find(({ name }) => name === "worth-judging");

const LOST = fakeParts().operations.flatMap(({ n, outcome, kind }) =>
  outcome === "ok" && kind !== "update" ? [n] : [],
);
const TRUTHS: [string, Parts][] = [
  ["an outage", fakeParts()],
  ["no outage", fakeParts({ outage: null })],
  ["an outage without end", fakeParts({ outage: { afterMs: 10, ms: null }, operator: null })],
  ["writes that are lost, some of them stranded", fakeParts({ lost: [10, 12, 13, 55], stranded: [12, 55] })],
  ["writes that only a site that came back had", cameBack(fakeParts({ lost: [10], stranded: [10] }))],
  ["copies, changes and gaps in the index", fakeParts({ duplicated: [9], corrupt: [14], unindexed: [21] })],
];

describe.each([2, 4])("the verdict on %d runners is that on one", (runners) => {
  test.each(TRUTHS)("with %s", (_, parts) => {
    const one = verdictOf(filesOf(parts));
    expect(verdictOf(sharedFiles(parts, alike(runners)))).toEqual(one);
    expect(verdictOf(sharedFiles(parts, apart(runners)))).toEqual(one);
  });
});

test("whatever is seeded, for any number of runners and any clocks", () => {
  const plan = fc.record({
    lost: fc.uniqueArray(fc.constantFrom(...LOST), { maxLength: 6 }),
    outageMs: fc.integer({ min: 500, max: 4000 }),
  });
  const clocks = fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 2, maxLength: RUNNER_NAMES.length });
  fc.assert(
    fc.property(plan, clocks, ({ lost, outageMs }, shifts) => {
      const sent = fakeParts({ outage: { afterMs: 10, ms: outageMs } }).operations;
      const acknowledged = lost.filter((n) => sent[n]?.outcome === "ok");
      const truth: Partial<Plan> = { lost: acknowledged, outage: { afterMs: 10, ms: outageMs } };
      const parts = fakeParts(truth);
      const own = shifts.map((ms) => ({ ...PLAN.clock, offsetMs: PLAN.clock.offsetMs + ms, samples: 3 }));
      const files = sharedFiles(parts, own);
      const { history, ledger } = readRecord(files);
      expect(new Set(history.n.subarray(0, history.length)).size).toBe(parts.operations.length);
      expect([ledger.repeats, ledger.byAnother, ledger.unreadableCount]).toEqual([0, 0, 0]);
      expect(verdictOf(files)).toEqual(verdictOf(filesOf(parts)));
    }),
    { seed: 20261129, numRuns: 25 },
  );
});

describe.each([FIRST_RUNNER, "k6-2", "k6-4"] as const)("of %s is missed", (runner) => {
  const whole = sharedFiles(fakeParts(), alike(4));
  const ledgerOf = (files: SharedFiles) =>
    (runner === FIRST_RUNNER ? files.ledger : files.otherLedgers[runner]) as string;
  const withLedger = (text: string): SharedFiles =>
    runner === FIRST_RUNNER
      ? { ...whole, ledger: text }
      : { ...whole, otherLedgers: { ...whole.otherLedgers, [runner as OtherRunner]: text } };
  const lines = ledgerOf(whole).match(/[^\n]*\n/g) as string[];
  const run = JSON.parse(whole.run) as Run;
  const withRun = (change: (each: NonNullable<Run["byRunner"]>[number]) => object[]): SharedFiles => {
    const byRunner = (run.byRunner ?? []).flatMap((each) => (each.runner === runner ? change(each) : [each]));
    return { ...whole, run: JSON.stringify({ ...run, byRunner }) };
  };
  const wrongIn = (files: SharedFiles) => {
    const worth = worthOf(files);
    expect([worth?.verdict, judge(readRecord(files)).verdict === "holds"]).toEqual(["inconclusive", false]);
    return (worth?.evidence ?? []).filter((reason) => new RegExp(`\\b${runner}\\b`).test(reason));
  };

  test("nothing, if all is there", () => {
    expect(worthOf(whole)?.verdict).toBe("holds");
  });

  test("what follows a cut of its ledger, wherever that is", () => {
    fc.assert(
      fc.property(fc.nat({ max: lines.join("").length - 2 }), (at) => {
        expect(wrongIn(withLedger(lines.join("").slice(0, at)))).not.toEqual([]);
      }),
      { seed: 6, numRuns: 30 },
    );
  });

  test("its beginning, and all of it", () => {
    expect(wrongIn(withLedger(lines.slice(1).join(""))).join()).toMatch(/has no recorded beginning in /);
    expect(wrongIn(withLedger("")).join()).toMatch(/wrote nothing,.* no recorded beginning .*,.* no recorded end /);
    if (runner === FIRST_RUNNER) return;
    const { [runner]: _, ...otherLedgers } = whole.otherLedgers;
    expect(wrongIn({ ...whole, otherLedgers }).join()).toMatch(/wrote nothing/);
  });

  test("its end, even if all its writes are there", () => {
    expect(wrongIn(withLedger(lines.slice(0, -1).join("")))).toEqual([
      expect.stringMatching(/has no recorded end in \S+: it was killed, or its ledger was cut off$/),
    ]);
  });

  test("a line in the middle", () => {
    const middle = lines.length >> 1;
    expect(wrongIn(withLedger(lines.toSpliced(middle, 1).join(""))).join()).toMatch(/counts \d+ writes, its ledger/);
  });

  test("its count, its exit code, and its clock", () => {
    const changes = [
      { exitCode: 137 },
      { iterations: 3 },
      { iterations: null },
      { droppedIterations: 2 },
      { clock: null },
    ];
    for (const change of changes) expect(wrongIn(withRun((each) => [{ ...each, ...change }]))).not.toEqual([]);
    expect(wrongIn(withRun(() => []))).toEqual([`run.json does not say what the runner ${runner} did`]);
    expect(wrongIn(withRun((each) => [each, each]))).toEqual([`run.json does not say what the runner ${runner} did`]);
  });

  test("that it began with the others", () => {
    const later = lines.with(
      0,
      JSON.stringify({ ...JSON.parse(lines[0] as string), epochMs: PLAN.clock.offsetMs + 4001 }),
    );
    expect(wrongIn(withLedger(`${later.join("").replace("}{", "}\n{")}`)).join()).toMatch(/began 2\.0 s after k6-/);
  });

  test("its own name, in its ledger and in run.json", () => {
    const stranger = ledgerOf(whole).replaceAll(`"r":"${runner}"`, '"r":"k6-3"');
    expect(wrongIn(withLedger(stranger)).join()).toMatch(/wrote nothing/);
    const runners = run.runners?.filter((each) => each !== runner);
    const files = { ...whole, run: JSON.stringify({ ...run, runners }) };
    expect(worthOf(files)?.evidence?.join()).toMatch(/4 runners were to share the load, but run\.json names 3/);
  });

  test("any change to its ledger, by the seal", () => {
    const sealed = { ...whole, run: JSON.stringify({ ...run, record: 2 }) };
    const seal = JSON.stringify(sealOf(sealed));
    expect(readRecord({ ...sealed, seal }).brokenSeals).toEqual([]);
    const edited = { ...withLedger(`${lines.join("")} `), run: sealed.run };
    expect(readRecord({ ...edited, seal }).brokenSeals).toEqual([expect.stringMatching(/ledger\S* was changed/)]);
  });
});

test("a ledger that was added afterwards is noticed, by the seal and without one", () => {
  const files = filesOf(fakeParts());
  const seal = JSON.stringify(sealOf(files));
  expect(JSON.parse(seal)).not.toHaveProperty("otherLedgers");
  const otherLedgers = { "k6-2": '{"type":"begin","epochMs":1790000002000,"r":"k6-2"}\n' };
  expect(readRecord({ ...files, seal, otherLedgers }).brokenSeals).toEqual([
    "ledger.k6-2.ndjson was changed after the drill: it has 1 lines and not 0",
  ]);
  expect(worthOf({ ...files, otherLedgers })?.verdict).toBe("inconclusive");
});

describe("between clocks that differ", () => {
  /** Delays the answer to the update of another runner that a later update was the first to read. */
  const answeredAfterItWasRead = (byMs: number): Parts => {
    const parts = fakeParts({ outage: null, ratePerSecond: 50 });
    const { operations } = parts;
    const reader = operations.find(({ read }) => read !== null && read.writer !== null);
    const writer = operations.find(({ n }) => n === reader?.read?.writer);
    const atMs = (writer?.invokedMs ?? Number.NaN) - byMs;
    const early = operations.map((op) =>
      op === reader && op.read !== null ? { ...op, read: { ...op.read, sentMs: atMs - 1, doneMs: atMs } } : op,
    );
    return { ...parts, operations: early };
  };
  const wordOf = (files: SharedFiles) =>
    judge(readRecord(files)).checks.find(({ name }) => name === "linearizable-registers")?.verdict;

  test("a read before the write by no more than the errors of both clocks is no violation", () => {
    // With four runners, an update and the read a hundred writes later are one runner's; with three they are not.
    expect(wordOf(sharedFiles(answeredAfterItWasRead(1), alike(3)))).toBe("broken");
    expect(wordOf(sharedFiles(answeredAfterItWasRead(1), apart(3)))).toBe("holds");
    expect(wordOf(sharedFiles(answeredAfterItWasRead(9), apart(3)))).toBe("broken");
  });
});
