import { describe, expect, test } from "vitest";
import { writeId } from "../model/load/write.ts";
import type { AuditRow } from "../model/record/audit.ts";
import { doubleExecutedWrites } from "./double-executed-writes.ts";
import { duplicatedWrites } from "./duplicated-writes.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { lostWrites } from "./lost-writes.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";

const { operations } = fakeParts();
const firstOf = (kind: string) => operations.find((op) => op.kind === kind && op.outcome === "ok")?.n as number;
const [put, bundle] = [firstOf("put"), firstOf("bundle")];

/** Each row of write n on B with this one beside it. */
const changed = (n: number, second: (row: AuditRow) => Partial<AuditRow>) => {
  const edit = ({ audit }: Parts) => {
    const lines = audit.flatMap((line) =>
      line.type === "row" && line.side === "b" && line.write === writeId(PLAN.seed, n)
        ? [line, { ...line, ...second(line) }]
        : [line],
    );
    const rows = lines.filter((line) => line.type === "row" && line.side === "b").length;
    return { audit: lines.map((line) => (line.type === "rows-end" && line.side === "b" ? { ...line, rows } : line)) };
  };
  return fakeRun({}, edit);
};
const checked = (n: number, second: (row: AuditRow) => Partial<AuditRow>) => {
  const record = changed(n, second);
  return duplicatedWrites.check(record, gatherFacts(record));
};
const again = ({ resource }: AuditRow) => ({ resource: `${resource}-again` });

test("a sound run has each write once, and transactions are no duplicates of themselves", () => {
  const record = fakeRun();
  expect(duplicatedWrites.check(record, gatherFacts(record))).toEqual({
    verdict: "holds",
    reason: "no write is stored more than once",
    measures: { duplicated: { count: 0, ids: [] } },
  });
});

test.each([put, bundle])("names write %i on twice as many resources, and all of them", (n) => {
  const { verdict, reason, evidence, measures } = checked(n, again);
  expect([verdict, reason]).toEqual(["broken", "1 writes are stored more than once"]);
  expect(measures?.duplicated).toEqual({ count: 1, ids: [writeId(PLAN.seed, n)] });
  expect(evidence).toHaveLength(1);
  if (n === put) expect(evidence).toEqual([`w3mv-${n}: Patient/w3mv-${n}, Patient/w3mv-${n}-again`]);
});

test("the first write of a run is counted once, like any other", () => {
  const record = fakeRun({ duplicated: [0] });
  expect(duplicatedWrites.check(record, gatherFacts(record)).measures?.duplicated?.ids).toEqual([
    writeId(PLAN.seed, 0),
  ]);
});

describe("a create that its client retried after the first acknowledgement was lost", () => {
  const post = firstOf("post");

  test("exists twice: the acknowledged one is not lost, and the other is named with it", () => {
    const first = ({ resource, pid }: AuditRow) => ({ resource: `${resource}-first`, pid: pid + 7000 });
    const { verdict, evidence } = checked(post, first);
    expect(verdict).toBe("broken");
    const record = changed(post, first);
    const resource = record.history.at(post).stored[0]?.replace(/\/\d+$/, "");
    expect(evidence).toEqual([`${writeId(PLAN.seed, post)}: ${resource}, ${resource}-first`]);
    const facts = gatherFacts(record);
    expect(lostWrites.check(record, facts).measures?.lost?.count).toBe(0);
    expect(doubleExecutedWrites.check(record, facts).measures?.doubleExecuted?.ids).toEqual([writeId(PLAN.seed, post)]);
  });

  test("exists once if it is conditional: the existing resource is acknowledged", () => {
    const found = ({ operations: all }: Parts) => ({
      operations: all.map((op) => (op.n === post ? { ...op, status: 200, completedMs: op.invokedMs + 3400 } : op)),
    });
    const record = fakeRun({}, found);
    const facts = gatherFacts(record);
    expect(record.history.at(post)).toMatchObject({ outcome: "ok", status: 200 });
    expect(duplicatedWrites.check(record, facts).verdict).toBe("holds");
    expect(lostWrites.check(record, facts).measures?.lost?.count).toBe(0);
  });
});

test("a second version of the same resource, or a deleted copy, is no duplicate", () => {
  expect(checked(put, () => ({ version: 2 })).verdict).toBe("holds");
  expect(checked(put, (row) => ({ ...again(row), deleted: true })).verdict).toBe("holds");
});

test("is inconclusive without an audit", () => {
  const record = fakeRun({}, () => ({ audit: [] }));
  const reason = "what B holds is not known: its audit was not taken, or not to the end";
  expect(judge(record, [duplicatedWrites]).checks).toMatchObject([
    { name: "duplicated-writes", verdict: "inconclusive", reason },
  ]);
});
