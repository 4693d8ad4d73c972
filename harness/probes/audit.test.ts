import { expect, test } from "vitest";
import { fingerprint } from "../model/load/content.ts";
import { AuditSchema } from "../model/record/audit.ts";
import { auditRow } from "./audit.ts";

const found = { write: "w1-7", resource: "Observation/o", version: 1, deleted: false, pid: 1115, indexed: true };
const rowOf = (body: string | null) => auditRow("b", { ...found, body });
const saidBy = (body: string | null) => [rowOf(body).content, rowOf(body).refersTo];

test("a row has the facts of the body, not the body", () => {
  const body = { resourceType: "Observation", status: "final", subject: { reference: "Patient/p" } };
  const row = rowOf(JSON.stringify(body));
  expect(row).toEqual({
    ...{ type: "row", side: "b", ...found },
    ...{ content: fingerprint(body), refersTo: "Patient/p" },
  });
  expect(AuditSchema.parse(row)).toEqual(row);
});

test("the current version is marked, and a row that contradicts itself there is invalid", () => {
  const row = (changes: object) => AuditSchema.safeParse({ ...rowOf("{}"), ...changes }).success;
  const [is, older] = [
    { current: true, indexed: false },
    { current: false, indexed: null },
  ];
  expect([row(is), row(older), row({ current: true, deleted: true, indexed: null })]).toEqual([true, true, true]);
  for (const changes of [
    { ...is, indexed: null },
    { ...older, indexed: true },
    { ...is, deleted: true },
  ])
    expect(row(changes)).toBe(false);
  expect(row({ current: undefined, indexed: null })).toBe(true);
});

test("a reference to a version is to its resource; any other is recorded verbatim", () => {
  const referring = (reference: string) => saidBy(JSON.stringify({ subject: { reference } }))[1];
  expect(referring("Patient/p/_history/3")).toBe("Patient/p");
  expect(referring("urn:uuid:7")).toBe("urn:uuid:7");
});

test("a body without a subject refers to nothing", () => {
  for (const body of ['{"gender":"unknown"}', '{"subject":{"display":"somebody"}}']) {
    expect(saidBy(body)[0]).not.toBeNull();
    expect(saidBy(body)[1]).toBeNull();
  }
});

test.each([null, "", "{", "null"])("the body %j has no content", (body) => {
  expect(saidBy(body)).toEqual([null, null]);
});
