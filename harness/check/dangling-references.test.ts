import { expect, test } from "vitest";
import type { AuditRow } from "../model/record/audit.ts";
import { danglingReferences } from "./dangling-references.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { fakeParts, fakeRun } from "./testing/fake-run.ts";

const { audit } = fakeParts();
const observation = audit.find((line) => line.type === "row" && line.side === "b" && line.refersTo) as AuditRow;
const target = observation.refersTo as string;

/** B's rows changed; one that becomes `null` is gone. */
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
  ["is gone", (row: AuditRow) => (row.resource === target ? null : row)],
  ["was deleted", (row: AuditRow) => (row.resource === target ? { ...row, deleted: true } : row)],
  ["is on the other side only", (row: AuditRow) => (row.resource === target ? { ...row, side: "a" as const } : row)],
])("a target that %s leaves all that refer to it dangling", (_, change) => {
  const { verdict, measures, evidence } = checked(change);
  expect([verdict, measures?.dangling]).toEqual(["broken", { count: 2, resources: referring }]);
  expect(evidence?.[0]).toBe(`${referring[0]} of ${observation.write} refers to ${target}`);
});

test("what was deleted itself refers to nothing any more", () => {
  const { measures } = checked((row) => {
    if (row.resource === target) return null;
    return row.refersTo === target ? { ...row, deleted: true } : row;
  });
  expect(measures?.dangling?.count).toBe(0);
});

test("what is there is not known without an audit", () => {
  const record = fakeRun({}, () => ({ audit: [] }));
  const reason = "what B holds is not known: its audit was not taken, or not to the end";
  expect(judge(record, [danglingReferences]).checks).toMatchObject([
    { name: "dangling-references", verdict: "inconclusive", reason },
  ]);
});

test("the words tell how many lead nowhere, or that none does", () => {
  expect(checked((row) => row).reason).toBe("every reference leads to a resource");
  expect(checked((row) => (row.resource === target ? null : row)).reason).toBe("2 references lead nowhere");
});

test("a reference among others that lead somewhere is found alone", () => {
  const astray = (row: AuditRow) => (row.resource === referring[1] ? { ...row, refersTo: "Patient/nowhere" } : row);
  expect(checked(astray).measures?.dangling).toEqual({ count: 1, resources: [referring[1]] });
});
