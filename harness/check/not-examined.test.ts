/** A missing capability leaves out exactly the checks that need it, and a verdict names every one of them. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verdictText } from "../console/verdict-text.ts";
import { ALL_CAPABILITIES, CAPABILITIES, CAPABILITY_NAMES, type Capability } from "../model/plan/capability.ts";
import type { RunRecord } from "../model/record/record.ts";
import { capabilitiesIn } from "../model/record/run.ts";
import { notExamined } from "../model/verdict/not-examined.ts";
import { type Verdict, VerdictSchema } from "../model/verdict/verdict.ts";
import { readRecord } from "../record/read-record.ts";
import type { Checker } from "./checker.ts";
import { CHECKERS as ALL, judge as judgedBy } from "./judge.ts";
import { lostWrites } from "./lost-writes.ts";
import { underPatroni } from "./testing/fake-patroni.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { cameBack } from "./testing/fake-return.ts";
import { fakeParts, fakeRun, filesOf, recordOf } from "./testing/fake-run.ts";
import { HOLDINGS_NEED } from "./unknown-holdings.ts";

/** Without the check of a lab's recorded capabilities (`told-capabilities.ts`): here they are believed. */
const CHECKERS = ALL.filter(({ name }) => name !== "worth-judging");
const judge = (record: RunRecord, checkers = CHECKERS) => judgedBy(record, checkers);

const strict = { ...PLAN.objectives, lostWrites: 0, redundancySeconds: 1 };
const back = cameBack(fakeParts({ lost: [10], stranded: [10] }));
const RECORDS: readonly RunRecord[] = [
  fakeRun(),
  fakeRun({ lost: [10, 60], torn: [20], objectives: strict }),
  fakeRun({}, () => ({ audit: [] })),
  fakeRun({}, ({ run }) => ({ run: { ...run, clock: null } })),
  recordOf({ ...back, saved: [] }),
  recordOf(underPatroni(fakeParts({ lost: [30] }))),
];
const withCapabilities = (record: RunRecord, has: Iterable<Capability>): RunRecord => ({
  ...record,
  run: { ...record.run, capabilities: [...has] },
});
const WHOLE = fakeRun();
const without = (...lacking: Capability[]) => CAPABILITY_NAMES.filter((each) => !lacking.includes(each));
const lacks = ({ needs = [] }: Checker, has: readonly Capability[]) => {
  const { run } = withCapabilities(WHOLE, has);
  return needs.filter((each) => !capabilitiesIn(run).has(each));
};
const namesOf = ({ checks }: Verdict) => checks.map(({ name }) => name);
const darkIn = ({ checks }: Verdict) =>
  checks.filter(({ verdict }) => verdict === "not-examined").map(({ name }) => name);
const NAMES = CHECKERS.map(({ name }) => name);

test("whatever is missing, each check has one result, and only the checks that need it change", () => {
  const judged = RECORDS.map((record) => ({ record, all: judge(withCapabilities(record, ALL_CAPABILITIES)) }));
  const drawn = fc.tuple(fc.constantFrom(...judged), fc.subarray(CAPABILITY_NAMES));
  fc.assert(
    fc.property(drawn, ([{ record, all }, has]) => {
      const some = judge(withCapabilities(record, has));
      expect(VerdictSchema.parse(JSON.parse(JSON.stringify(some)))).toEqual(some);
      expect(namesOf(some)).toEqual(NAMES);
      for (const [i, checker] of CHECKERS.entries()) {
        const [before, now, lacking] = [all.checks[i], some.checks[i], lacks(checker, has)];
        if (lacking.length === 0) {
          expect(now).toEqual(before);
          continue;
        }
        expect(now).toMatchObject({ verdict: "not-examined", evidence: [] });
        for (const each of lacking) expect(now?.reason).toContain(CAPABILITIES[each]);
      }
      const asked = all.checks.filter((_, i) => lacks(CHECKERS[i] as Checker, has).length === 0);
      const isDark = lacks(lostWrites, has).length > 0;
      const bad = (["broken", "inconclusive"] as const).find((word) => asked.some(({ verdict }) => verdict === word));
      expect(some.verdict).toBe(bad ?? (isDark ? "inconclusive" : "holds"));
    }),
    { seed: 20261128 },
  );
});

describe("a run in which losses are not known", () => {
  test.each(HOLDINGS_NEED)("for lack of %s does not hold, and says so", (lacking) => {
    // With SQL and servers, content can be read as well: older runs name only these.
    const record = withCapabilities(fakeRun(), without(lacking, "hapi"));
    const verdict = judge(record);
    expect(judge(fakeRun()).verdict).toBe("holds");
    expect(verdict.checks.filter(({ verdict: word }) => word === "inconclusive" || word === "broken")).toEqual([]);
    expect(verdict.verdict).toBe("inconclusive");
    expect(verdict.measures.lost).toMatchObject({ count: null, ids: [] });
    expect(verdict.checks.find(({ name }) => name === "lost-writes")).toMatchObject({
      verdict: "not-examined",
      reason: `needs a system ${CAPABILITIES[lacking]}; this is not one, so it is not known what was lost, and the run proves nothing`,
    });
  });

  test("is still broken if another check is", () => {
    const record = fakeRun({ objectives: { ...strict, rtoSeconds: 1 } });
    expect(judge(withCapabilities(record, [])).verdict).toBe("broken");
  });

  test("is only one whose losses are not examined: it holds without another check", () => {
    const verdict = judge(withCapabilities(fakeRun(), without("replication")));
    expect(darkIn(verdict)).toEqual(expect.arrayContaining(["acknowledged-when-fenced", "stranded-saved"]));
    expect(verdict.verdict).toBe("holds");
  });
});

describe("what was not examined is reported", () => {
  const dark: Checker = { name: "dark", needs: ["clocks", "disks"], check: () => ({ verdict: "broken", reason: "" }) };
  const blind: Checker = { ...dark, name: "blind" };
  const holds: Checker = { name: "lit", check: () => ({ verdict: "holds", reason: "" }) };
  const record = withCapabilities(fakeRun(), ["clocks", "hapi"]);
  const verdict = judge(record, [holds, dark, blind]);
  const why = "needs a system whose databases have disks that can be filled up; this is not one";

  test("by each check in the verdict, and breaks nothing", () => {
    expect(verdict.verdict).toBe("holds");
    expect(verdict.checks.slice(1)).toEqual(
      ["dark", "blind"].map((name) => ({ name, verdict: "not-examined", reason: why, evidence: [] })),
    );
  });

  test("in the text, once for each reason, in 80 columns", () => {
    const text = verdictText(verdict, record.run, { folder: "results/x" });
    expect(text.replaceAll(/\n {13}/g, " ")).toContain(`\nnot examined dark, blind: ${why}\n`);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(notExamined(verdict.checks)).toEqual([`dark, blind: ${why}`]);
  });

  test("with everything that is missing", () => {
    const [, check] = judge(withCapabilities(fakeRun(), ["hapi"]), [holds, dark]).checks;
    expect(check?.reason).toBe(
      "needs a system whose FHIR servers have clocks that can be set and whose databases have disks that can be filled up; this is not one",
    );
  });
});

describe("for lack of evidence", () => {
  const wordOf = (record: RunRecord, name: string) => {
    const { verdict, reason } = judge(record).checks.find((check) => check.name === name) ?? {};
    return [verdict, reason];
  };

  test("a lag that was never sampled is not examined; one of its measures is enough", () => {
    const seen = (lag: object) =>
      fakeRun({}, ({ probes }) => ({
        probes: probes.map((probe) => (probe.type === "replication-lag" ? { ...probe, ...lag } : probe)),
      }));
    const word = (lag: object) => wordOf(seen(lag), "replication-lag")[0];
    expect(word({ heartbeatMs: null, lsnBytes: null })).toBe("not-examined");
    expect(word({ heartbeatMs: null })).toBe("no-objective");
    expect(word({ lsnBytes: null })).toBe("no-objective");
  });

  test("a load that updates nothing has no objective here, which differs", () => {
    const record = fakeRun({}, ({ run }) => {
      const { load } = run.scenario;
      const mix = { ...load.mix, put: load.mix.put + load.mix.update, update: 0 };
      return { run: { ...run, scenario: { ...run.scenario, load: { ...load, mix } } } };
    });
    expect(wordOf(record, "stale-reads")).toEqual(["no-objective", "the load updates no register"]);
  });
});

describe("what a system could do", () => {
  const fenced = ["acknowledged-when-fenced", "stranded-saved"];
  const evidence = ["machine", "stale-reads", "resources"];

  test("is read from the record", () => {
    const parts = fakeParts();
    const files = filesOf({ ...parts, run: { ...parts.run, capabilities: without("replication") } });
    expect(darkIn(judge(readRecord(files)))).toEqual(expect.arrayContaining(fenced));
    expect(darkIn(judge(readRecord(filesOf(parts))))).toEqual(expect.not.arrayContaining(fenced));
  });

  test("is what their lab could in older records: under Patroni nothing is fenced, and nothing is saved on return", () => {
    const dark = darkIn(judge(recordOf(underPatroni(fakeParts()))));
    expect(dark.toSorted()).toEqual([...fenced, ...evidence].toSorted());
    expect(darkIn(judge(fakeRun())).toSorted()).toEqual(evidence.toSorted());
  });
});

test("a check of what the serving site holds needs a system that can be read", () => {
  const source = (name: string) => readFileSync(new URL(`./${name}.ts`, import.meta.url), "utf8");
  const askers = CHECKERS.filter(({ name }) => source(name).includes("whatServingHolds(facts)"));
  expect(askers.length).toBeGreaterThan(15);
  for (const { name, needs } of askers)
    expect([name, needs]).toEqual([name, expect.arrayContaining([...HOLDINGS_NEED])]);
});
