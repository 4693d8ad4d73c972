import { expect, test } from "vitest";
import type { AuditRow } from "../model/audit.ts";
import { fingerprint } from "../model/content.ts";
import { planWrite, writeId } from "../model/write.ts";
import { corruptContent } from "./corrupt-content.ts";
import { gatherFacts } from "./facts.ts";
import { PLAN } from "./planted-plan.ts";
import { plantedParts, plantedRun } from "./planted-run.ts";
import { MIX } from "./planted-writes.ts";

const { operations } = plantedParts();
const firstOf = (kind: string) => operations.find((op) => op.kind === kind && op.outcome === "ok")?.n as number;

const checked = (change: (row: AuditRow) => AuditRow) => {
  const record = plantedRun({}, ({ audit }) => ({
    audit: audit.map((line) => (line.type === "row" && line.side === "b" ? change(line) : line)),
  }));
  return corruptContent.check(record, gatherFacts(record));
};
const altered = (n: number, change: (row: AuditRow) => Partial<AuditRow>) =>
  checked((row) => (row.write === writeId(PLAN.seed, n) ? { ...row, ...change(row) } : row));

test("what was sent is what is there", () => {
  expect(checked((row) => row)).toMatchObject({ verdict: "holds", measures: { corrupt: { count: 0, ids: [] } } });
});

test.each(["put", "post", "bundle", "update"])("another content of a %s is found", (kind) => {
  const n = firstOf(kind);
  const { verdict, measures, evidence } = altered(n, ({ content }) => ({ content: (content as number) + 1 }));
  expect([verdict, measures?.corrupt]).toEqual(["broken", { count: 1, ids: [writeId(PLAN.seed, n)] }]);
  expect(evidence).toHaveLength(kind === "bundle" ? 3 : 1);
});

test("another write's content, or none that can be read, is not what was sent", () => {
  const other = fingerprint(planWrite(PLAN.seed, firstOf("post"), MIX).body);
  expect(altered(firstOf("put"), () => ({ content: other })).verdict).toBe("broken");
  expect(altered(firstOf("put"), () => ({ content: null })).verdict).toBe("broken");
});

test("the right content in a resource of another type is not what was sent", () => {
  const n = firstOf("bundle");
  const moved = altered(n, (row) => ({ resource: row.resource.replace("Observation", "Patient") }));
  expect(moved.measures?.corrupt?.count).toBe(1);
});

test("one content that stands in the place of all of a transaction's is found", () => {
  const { entry } = planWrite(PLAN.seed, firstOf("bundle"), MIX).body as { entry: { resource: object }[] };
  const second = fingerprint(entry[1]?.resource as object);
  const { measures } = altered(firstOf("bundle"), (row) => (row.refersTo ? { content: second } : {}));
  expect(measures?.corrupt?.count).toBe(1);
});

test("what a server adds of its own is not content", () => {
  const sent = { resourceType: "Patient", gender: "unknown", name: [{ family: "x", given: ["y"] }] };
  const added = { id: "7", meta: { versionId: "1" }, text: {} };
  const stored = { ...added, ...sent, name: [{ given: ["y"], family: "x" }] };
  expect(fingerprint(stored)).toBe(fingerprint(sent));
  expect(fingerprint({ ...sent, gender: "male" })).not.toBe(fingerprint(sent));
  expect(fingerprint({ ...sent, name: [{ family: "x", given: ["z"] }] })).not.toBe(fingerprint(sent));
});

test("what is there is not known without an audit", () => {
  const record = plantedRun({}, () => ({ audit: [] }));
  expect(corruptContent.check(record, gatherFacts(record)).verdict).toBe("inconclusive");
});

test("the words name the write, its resource and version, and how many writes there are", () => {
  const n = firstOf("put");
  const id = writeId(PLAN.seed, n);
  const { reason, evidence } = altered(n, () => ({ content: 1 }));
  expect(reason).toBe("1 writes have another content than was sent");
  expect(evidence).toEqual([`${id}: Patient/${id}, version 1, says something else`]);
  expect(checked((row) => row).reason).toBe("all content is what was sent");
});

test("of a copy each content may stand once more, and no more often than there are copies", () => {
  const n = firstOf("bundle");
  const twice = (second: (row: AuditRow) => Partial<AuditRow>) => {
    const record = plantedRun({}, ({ audit }) => {
      const lines = audit.flatMap((line) =>
        line.type === "row" && line.side === "b" && line.write === writeId(PLAN.seed, n)
          ? [line, { ...line, resource: `${line.resource}-again`, ...second(line) }]
          : [line],
      );
      const rows = lines.filter((line) => line.type === "row" && line.side === "b").length;
      return { audit: lines.map((line) => (line.type === "rows-end" && line.side === "b" ? { ...line, rows } : line)) };
    });
    return corruptContent.check(record, gatherFacts(record));
  };
  expect(twice(() => ({})).verdict).toBe("holds");
  expect(twice((row) => (row.refersTo ? {} : { content: 1 })).evidence).toHaveLength(1);
});

test("the very first row is looked at, too", () => {
  const id = writeId(PLAN.seed, firstOf("put"));
  const record = plantedRun({}, ({ audit }) => {
    const isIt = (line: (typeof audit)[number]) => line.type === "row" && line.side === "b" && line.write === id;
    const [first] = audit.filter(isIt) as [AuditRow];
    return { audit: [{ ...first, content: 1 }, ...audit.filter((line) => !isIt(line))] };
  });
  expect(corruptContent.check(record, gatherFacts(record)).measures?.corrupt?.ids).toEqual([id]);
});
