import { describe, expect, test } from "vitest";
import { writeId } from "../model/load/write.ts";
import type { AuditRow } from "../model/record/audit.ts";
import { doubleExecutedWrites } from "./double-executed-writes.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";

const { operations } = fakeParts();
const servedByA = (kind: string) => operations.find((op) => op.kind === kind && op.servedBy === "a")?.n as number;
const [put, bundle] = [servedByA("put"), servedByA("bundle")];
const id = (n: number) => writeId(PLAN.seed, n);

/** A holds these rows of write n, beside B's own. */
const checked = (
  n: number,
  ofA: (row: AuditRow) => AuditRow[],
  ofB: (row: AuditRow) => AuditRow[] = (row) => [row],
) => {
  const edit = ({ audit }: Parts) => {
    const mine = audit.filter((line) => line.type === "row" && line.side === "b" && line.write === id(n)) as AuditRow[];
    const rest = audit.filter((line) => line.type !== "row" || line.write !== id(n));
    const lines = [...mine.flatMap(ofA).map((row): AuditRow => ({ ...row, side: "a" })), ...mine.flatMap(ofB), ...rest];
    const count = (side: string) => lines.filter((line) => line.type === "row" && line.side === side).length;
    return { audit: lines.map((line) => (line.type === "rows-end" ? { ...line, rows: count(line.side) } : line)) };
  };
  const record = fakeRun({}, edit);
  return doubleExecutedWrites.check(record, gatherFacts(record));
};
const same = (row: AuditRow) => [row];
const byItself = (row: AuditRow) => [{ ...row, pid: row.pid + 7000 }];
const none = () => [];

test.each([put, bundle])("a copy of write %i that replication brought is no second execution, nor is none", (n) => {
  for (const ofA of [same, none])
    expect(checked(n, ofA)).toEqual({
      verdict: "no-objective",
      reason: "0 writes were carried out more than once; 0 made two versions on the serving site",
      evidence: [],
      measures: { doubleExecuted: { count: 0, ids: [] } },
    });
});

test.each([put, bundle])("write %i done once on each site is measured, and no client sees it", (n) => {
  const { verdict, reason, evidence, measures } = checked(n, byItself);
  expect(verdict).toBe("no-objective");
  expect(reason).toBe("1 writes were carried out more than once; 0 made two versions on the serving site");
  expect(measures?.doubleExecuted).toEqual({ count: 1, ids: [id(n)] });
  if (n === put) expect(evidence).toEqual([`${id(n)}: b: Patient/${id(n)}/1; a: Patient/${id(n)}/1`]);
  else expect(evidence?.[0]?.split(", ")).toHaveLength(5);
});

describe("after a promotion that reuses the old primary's row numbers", () => {
  const reused = (row: AuditRow) => [{ ...row, updatedMs: (row.updatedMs as number) + 4000 }];

  test.each([put, bundle])("write %i, done once on each site under one number, is two executions", (n) => {
    expect(checked(n, reused).measures?.doubleExecuted).toEqual({ count: 1, ids: [id(n)] });
  });

  test("where only FHIR was read, another instant is no second execution: a server may stamp a copy anew", () => {
    const byFhir = ({ audit, ...rest }: Parts): Partial<Parts> => ({
      ...rest,
      audit: audit.map((line) => {
        if (line.type === "row" && line.side === "a") return { ...line, updatedMs: (line.updatedMs as number) + 4000 };
        if (line.type !== "rows-end") return line;
        const { postgres: _, ...end } = line;
        return { ...end, by: "fhir", listed: true };
      }),
    });
    const record = fakeRun({}, byFhir);
    expect(doubleExecutedWrites.check(record, gatherFacts(record)).measures?.doubleExecuted?.count).toBe(0);
  });

  test("an old record without instants is judged by numbers", () => {
    const without = (row: AuditRow) => [{ ...row, updatedMs: undefined }];
    expect(checked(put, without).measures?.doubleExecuted?.count).toBe(0);
    expect(checked(put, without, without).measures?.doubleExecuted?.count).toBe(0);
  });
});

test("the first write of a run is counted once, like any other", () => {
  const record = fakeRun({ duplicated: [0] });
  expect(doubleExecutedWrites.check(record, gatherFacts(record)).measures?.doubleExecuted?.ids).toEqual([id(0)]);
});

test("two versions by one write on the serving site break it, whatever the other site has", () => {
  const twoVersions = (row: AuditRow) => [row, { ...row, pid: row.pid + 7000, version: 2 }];
  for (const ofA of [same, none]) {
    const { verdict, reason, measures } = checked(put, ofA, twoVersions);
    expect(verdict).toBe("broken");
    expect(reason).toBe("1 writes were carried out more than once; 1 made two versions on the serving site");
    expect(measures?.doubleExecuted).toEqual({ count: 1, ids: [id(put)] });
  }
  expect(checked(put, none, twoVersions).evidence).toEqual([
    `${id(put)}: b: Patient/${id(put)}/1, Patient/${id(put)}/2; a: nothing`,
  ]);
});

test("two resources by one write are the duplicates' business", () => {
  const twoResources = (row: AuditRow) => [row, { ...row, pid: row.pid + 7000, resource: `${row.resource}-again` }];
  expect(checked(put, none, twoResources)).toMatchObject({
    verdict: "no-objective",
    measures: { doubleExecuted: { count: 1 } },
  });
});

test("what is there is not known without an audit", () => {
  const record = fakeRun({}, () => ({ audit: [] }));
  const reason = "what B holds is not known: its audit was not taken, or not to the end";
  expect(judge(record, [doubleExecutedWrites]).checks).toMatchObject([
    { name: "double-executed-writes", verdict: "inconclusive", reason },
  ]);
});

test("two executions of which the other site has one copy, or both, are still two", () => {
  const second = (row: AuditRow) => [{ ...row, pid: row.pid + 7000, version: 2 }];
  const both = (row: AuditRow) => [row, ...second(row)];
  expect(checked(put, second, both).measures?.doubleExecuted?.count).toBe(1);
  expect(checked(put, both, second).measures?.doubleExecuted?.count).toBe(1);
});
