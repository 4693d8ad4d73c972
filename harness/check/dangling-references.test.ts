import { expect, test } from "vitest";
import type { AuditRow } from "../model/record/audit.ts";
import { danglingReferences } from "./dangling-references.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { fakeParts, fakeRun } from "./testing/fake-run.ts";

const { audit } = fakeParts();
const observation = audit.find((line) => line.type === "row" && line.side === "b" && line.refersTo) as AuditRow;
const target = observation.refersTo as string;

/** B's rows changed; a row that becomes `null` is removed. */
const checked = (change: (row: AuditRow) => AuditRow | null) => {
  const record = fakeRun({}, (parts) => {
    const lines = parts.audit.flatMap((line) => {
      if (line.type !== "row" || line.side !== "b") return [line];
      const row = change(line);
      return row === null ? [] : [row];
    });
    const rows = lines.filter((line) => line.type === "row" && line.side === "b").length;
    return { audit: lines.map((line) => (line.type === "rows-end" && line.side === "b" ? { ...line, rows } : line)) };
  });
  return danglingReferences.check(record, gatherFacts(record));
};
const referring = audit.flatMap((line) =>
  line.type === "row" && line.side === "b" && line.refersTo === target ? [line.resource] : [],
);

test("every reference of a sound run leads to a resource", () => {
  expect(referring).toHaveLength(2);
  expect(checked((row) => row)).toMatchObject({ verdict: "holds", measures: { dangling: { count: 0 } } });
});

test.each([
  ["is missing", (row: AuditRow) => (row.resource === target ? null : row)],
  ["was deleted", (row: AuditRow) => (row.resource === target ? { ...row, deleted: true } : row)],
  ["is on the other site only", (row: AuditRow) => (row.resource === target ? { ...row, side: "a" as const } : row)],
])("a target that %s leaves all that refer to it dangling", (_, change) => {
  const { verdict, measures, evidence } = checked(change);
  expect([verdict, measures?.dangling]).toEqual(["broken", { count: 2, resources: referring }]);
  expect(evidence?.[0]).toBe(`${referring[0]} of ${observation.write} refers to ${target}`);
});

test("a deleted resource no longer refers to anything", () => {
  const { measures } = checked((row) => {
    if (row.resource === target) return null;
    return row.refersTo === target ? { ...row, deleted: true } : row;
  });
  expect(measures?.dangling?.count).toBe(0);
});

test("is inconclusive without an audit", () => {
  const record = fakeRun({}, () => ({ audit: [] }));
  const reason = "what B holds is not known: its audit was not taken, or not to the end";
  expect(judge(record, [danglingReferences]).checks).toMatchObject([
    { name: "dangling-references", verdict: "inconclusive", reason },
  ]);
});

test("the reason gives the number of dangling references", () => {
  expect(checked((row) => row).reason).toBe("every reference leads to a resource");
  expect(checked((row) => (row.resource === target ? null : row)).reason).toBe("2 references lead nowhere");
});

test("finds one dangling reference among sound ones", () => {
  const astray = (row: AuditRow) => (row.resource === referring[1] ? { ...row, refersTo: "Patient/nowhere" } : row);
  expect(checked(astray).measures?.dangling).toEqual({ count: 1, resources: [referring[1]] });
});
