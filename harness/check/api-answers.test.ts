import { describe, expect, test } from "vitest";
import { Contents } from "../model/columns/contents.ts";
import { Names } from "../model/load/names.ts";
import { writeId } from "../model/load/write.ts";
import type { AuditRead, AuditRow } from "../model/record/audit.ts";
import { apiAnswers, currentRowOf, DENIED, NOWHERE } from "./api-answers.ts";

const SEED = 4711;
const write = writeId(SEED, 7);
const resource = `Patient/${write}`;

const row = (version: number, changes: Partial<AuditRow> = {}): AuditRow => ({
  ...{ type: "row", side: "b", write, resource, version, deleted: false, current: false, indexed: null },
  ...{ pid: version, content: 1, refersTo: null, updatedMs: 0 },
  ...changes,
});
const read = (status: number, version: number | null): AuditRead => ({
  ...{ type: "read", side: "b", write, resource, status, version, content: 1, refersTo: null },
});
const CURRENT = { current: true, indexed: true };

function contentsOf(lines: readonly (AuditRow | AuditRead)[]): { contents: Contents; name: number } {
  const names = new Names(SEED);
  const contents = new Contents("b", SEED, names);
  for (const line of lines) contents.add(line);
  return { contents, name: names.code(resource) };
}
function answered(...lines: (AuditRow | AuditRead)[]) {
  const { contents, name } = contentsOf(lines);
  const { given, disagreements, unanswered } = apiAnswers(contents);
  return { given: given.get(name), disagreements: disagreements.length, unanswered };
}
const UNKNOWN = -1;

describe("answers for a resource that the database has in its second version", () => {
  const held = [row(1), row(2, CURRENT)];

  test.each<[string, AuditRead, { given: number; disagreements: number; unanswered: number }]>([
    ["that one", read(200, 2), { given: 2, disagreements: 0, unanswered: 0 }],
    ["an older one", read(200, 1), { given: 1, disagreements: 1, unanswered: 0 }],
    ["one that it does not name", read(200, null), { given: UNKNOWN, disagreements: 1, unanswered: 0 }],
    ["nothing: it is not known", read(404, null), { given: DENIED, disagreements: 1, unanswered: 0 }],
    ["nothing: it is gone, in that version", read(410, 2), { given: DENIED, disagreements: 1, unanswered: 0 }],
    [
      "another resource",
      { ...read(200, 2), misnamed: "Patient/other/2" },
      { given: DENIED, disagreements: 0, unanswered: 0 },
    ],
    ["no answer", read(503, null), { given: UNKNOWN, disagreements: 1, unanswered: 1 }],
  ])("%s", (_, answer, expected) => {
    expect(answered(...held, answer)).toEqual(expected);
  });

  test("keeps the oldest of several answers, and counts missing ones", () => {
    expect(answered(...held, read(200, 2), read(200, 1), read(200, 2))).toMatchObject({ given: 1, disagreements: 1 });
    expect(answered(...held, read(500, null), read(503, null)).unanswered).toBe(2);
  });
});

test("denials of a resource that the database does not have, or has deleted, agree with it", () => {
  for (const gone of [[], [row(1, { current: true, deleted: true })]]) {
    expect(answered(...gone, read(404, null))).toMatchObject({ given: DENIED, disagreements: 0 });
    expect(answered(...gone, read(200, 1))).toMatchObject({ given: 1, disagreements: 1 });
  }
  expect(apiAnswers(contentsOf([read(200, 1)]).contents).disagreements).toEqual([
    `${resource} answered 200 on b, unlike its database`,
  ]);
});

test("nothing is known of a resource that was not read", () => {
  expect(answered(row(1, CURRENT))).toEqual({ given: UNKNOWN, disagreements: 0, unanswered: 0 });
});

describe("the row that a resource is served by", () => {
  /** Its place, or `NOWHERE`. */
  const servedBy = (...rows: AuditRow[]) => {
    const { contents, name } = contentsOf(rows);
    return currentRowOf(contents, name);
  };

  test("is the current one, even if that version has a second row", () => {
    expect(servedBy(row(1), row(2, CURRENT))).toBe(1);
    expect(servedBy(row(2, CURRENT), row(2, { pid: 9 }))).toBe(0);
    expect(servedBy(row(2, CURRENT), row(2, { ...CURRENT, pid: 9, deleted: true }))).toBe(0);
  });

  test("is the older one of two current rows", () => {
    expect(servedBy(row(1, CURRENT), row(2, CURRENT))).toBe(0);
  });

  test("is none if no row is current, or the current one is deleted", () => {
    expect(servedBy(row(1), row(2))).toBe(NOWHERE);
    expect(servedBy(row(1), row(2, { current: true, deleted: true }))).toBe(NOWHERE);
    expect(servedBy()).toBe(NOWHERE);
  });
});
