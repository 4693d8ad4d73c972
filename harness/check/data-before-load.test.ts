import { expect, test } from "vitest";
import { firstVersionOf, registerOf, seededResource } from "../model/load/write.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { AuditLine, AuditRow } from "../model/record/audit.ts";
import { dataBeforeLoad } from "./data-before-load.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { withAsks } from "./testing/fake-audit.ts";
import { onOwnSystem } from "./testing/fake-own.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";

const RESOURCES = 5;
const { operations } = fakeParts();
const updated = registerOf(operations.find((op) => op.kind === "update" && op.outcome === "ok")?.n as number);
const free = Array.from({ length: 100 }, (_, register) => register).find(
  (register) => !operations.some((op) => op.kind === "update" && registerOf(op.n) === register),
) as number;

const checked = (change: (row: AuditRow) => AuditRow[], plan: Partial<Plan> = {}) => {
  const record = fakeRun({ resources: RESOURCES, ...plan }, (parts) => ({
    audit: withAsks({
      ...parts,
      audit: parts.audit.flatMap((line): AuditLine[] => (line.type === "row" ? change(line) : [line])),
    }),
  }));
  return dataBeforeLoad.check(record, gatherFacts(record));
};
/** The rows of one resource on one site, in its first version. */
const first = (resource: string, changes: Partial<AuditRow> | null, side: SiteName = "b") =>
  checked((row) => {
    if (row.resource !== resource || row.version !== 1 || row.side !== side) return [row];
    return changes === null ? [] : [{ ...row, ...changes }];
  });

test("holds if all registers and all that A was filled with are as they were", () => {
  expect(checked((row) => [row])).toMatchObject({
    verdict: "holds",
    reason: "105 resources are as they were before the load",
    measures: { beforeLoad: { count: 0, resources: [] } },
  });
});

test.each([
  ["a register that was not updated", firstVersionOf(PLAN.seed, free).path],
  ["a register that was updated since", firstVersionOf(PLAN.seed, updated).path],
  ["a resource that A was filled with", seededResource(PLAN.seed, 3).path],
])("the first version of %s is missing, altered, deleted or of another write", (_, resource) => {
  const cases: [Partial<AuditRow> | null, string][] = [
    [null, "its first version is missing"],
    [{ content: 1 }, "its first version has other content"],
    [{ content: null }, "its first version has other content"],
    [{ refersTo: "Patient/x" }, "its first version has other content"],
    [{ deleted: true, indexed: null }, "deleted"],
    [{ write: "w3mv-900" }, "its first version is missing"],
    [{ write: "somebody" }, "its first version is missing"],
  ];
  for (const [changes, why] of cases) {
    const { verdict, evidence, measures } = first(resource, changes);
    expect([verdict, evidence]).toEqual(["broken", [`${resource}: ${why}`]]);
    expect(measures?.beforeLoad).toEqual({ count: 1, resources: [resource] });
    expect(first(resource, changes, "a").verdict).toBe("holds");
  }
});

test("what its database has and its API denies is broken as well", () => {
  const { path } = firstVersionOf(PLAN.seed, free);
  const record = fakeRun({}, ({ audit }: Parts) => ({
    audit: audit.map((line) => (line.type === "read" && line.resource === path ? { ...line, status: 404 } : line)),
  }));
  expect(dataBeforeLoad.check(record, gatherFacts(record)).evidence).toEqual([`${path}: denied by the API`]);
});

test("is inconclusive if no audit mentions them; if the other site has them, they are missing", () => {
  const without = (stem: string, side?: SiteName) =>
    checked((row) => (row.resource.startsWith(stem) && row.version === 1 && row.side !== side ? [] : [row]));
  const [registers, seeded] = ["Patient/r3mv-", "Patient/s3mv-"];
  expect(without(registers)).toMatchObject({
    verdict: "inconclusive",
    reason: "no audit mentions any of the registers",
  });
  expect(without(seeded).reason).toBe("no audit mentions any of the seeded resources");
  expect(without(registers, "a").measures?.beforeLoad?.count).toBe(100);
  expect(without(seeded, "a").measures?.beforeLoad?.count).toBe(RESOURCES);
  expect(without(seeded, "b").verdict).toBe("holds");
  const { path } = firstVersionOf(PLAN.seed, free);
  expect(without(path).evidence).toEqual([`${path}: its first version is missing`]);
  expect(checked((row) => (row.resource.startsWith("Patient/r3mv-") ? [] : [row])).verdict).toBe("inconclusive");
});

test("if A was filled with nothing, only registers are judged", () => {
  expect(checked((row) => [row], { resources: 0 })).toMatchObject({
    verdict: "holds",
    reason: "100 resources are as they were before the load",
  });
});

test("the first row of an audit is judged like any other, even if it is the only one", () => {
  const { path } = seededResource(PLAN.seed, 0);
  const only = (side: SiteName) => {
    const record = fakeRun({ resources: 1 }, (parts) => {
      const load = { ...parts.run.scenario.load, mix: { ...parts.run.scenario.load.mix, update: 0 } };
      const isIt = (line: AuditLine) => line.type === "row" && line.resource === path;
      const it = parts.audit.filter((line) => isIt(line) && line.side === side);
      return {
        run: { ...parts.run, scenario: { ...parts.run.scenario, load } },
        audit: withAsks({ ...parts, audit: [...it, ...parts.audit.filter((line) => !isIt(line))] }),
      };
    });
    return dataBeforeLoad.check(record, gatherFacts(record));
  };
  expect(only("b")).toMatchObject({ verdict: "holds", reason: "1 resources are as they were before the load" });
  expect(only("a").evidence).toEqual([`${path}: its first version is missing`]);
});

test("no objective without data from before the load; inconclusive without an audit", () => {
  const bare = fakeRun({}, ({ run }) => {
    const load = { ...run.scenario.load, mix: { put: 1, post: 1, bundle: 1, update: 0 } };
    return { run: { ...run, scenario: { ...run.scenario, load } } };
  });
  expect(dataBeforeLoad.check(bare, gatherFacts(bare)).verdict).toBe("no-objective");
  const record = fakeRun({}, () => ({ audit: [] }));
  const reason = "what B holds is not known: its audit was not taken, or not to the end";
  expect(judge(record, [dataBeforeLoad]).checks).toMatchObject([
    { name: "data-before-load", verdict: "inconclusive", reason },
  ]);
});

test.each<[{ before: number | null; after: number | null } | undefined, string, RegExp]>([
  [undefined, "holds", /before the load$/],
  [{ before: 0, after: 3 }, "holds", /before the load$/],
  [{ before: 40_000, after: 40_002 }, "holds", /; 40000 patients that no drill wrote still exist$/],
  [{ before: 40_000, after: 30_000 }, "broken", /^10000 of 40000 patients that no drill wrote no longer exist$/],
  [
    { before: 40_000, after: null },
    "inconclusive",
    /^the 40000 patients that no drill wrote were not counted after the drill$/,
  ],
  [{ before: null, after: 7 }, "holds", /; patients that no drill wrote were not counted$/],
])("patients that no drill wrote are counted before and after: %j", (foreignPatients, verdict, reason) => {
  const record = fakeRun({}, (parts) => {
    const own = onOwnSystem(parts);
    return { ...own, run: { ...own.run, ...(foreignPatients && { foreignPatients }) } };
  });
  const found = dataBeforeLoad.check(record, gatherFacts(record));
  expect([found.verdict, found.reason]).toEqual([verdict, expect.stringMatching(reason)]);
});
