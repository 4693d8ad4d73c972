import { describe, expect, test } from "vitest";
import { Names } from "../load/names.ts";
import { firstVersionOf, REGISTERS, registerIdPrefix, seededResource, seedIdPrefix, writeId } from "../load/write.ts";
import type { AuditRow } from "../record/audit.ts";
import { Contents } from "./contents.ts";

const SEED = 77;

describe("a register's first version", () => {
  const { id, path } = firstVersionOf(SEED, 7);
  const row: AuditRow = {
    ...{ type: "row", side: "a", write: id, resource: path, version: 1 },
    ...{ deleted: false, pid: 1, content: 1, refersTo: null, indexed: true },
  };
  const isFirst = (changes: Partial<AuditRow>) => {
    const contents = new Contents("a", SEED, new Names(SEED));
    contents.add({ ...row, ...changes });
    return contents.isFirstVersion(0);
  };

  test("is recognized by its own id on its own resource", () => {
    expect(isFirst({})).toBe(true);
    const last = firstVersionOf(SEED, REGISTERS - 1);
    expect(isFirst({ write: last.id, resource: last.path })).toBe(true);
  });

  test.each<[string, Partial<AuditRow>]>([
    ["a later version", { version: 2 }],
    ["another register", { resource: firstVersionOf(SEED, 8).path }],
    ["an update of it", { write: writeId(SEED, 7) }],
    ["one of another run", { write: firstVersionOf(SEED + 1, 7).id, resource: firstVersionOf(SEED + 1, 7).path }],
    [
      "more than there are",
      { write: firstVersionOf(SEED, REGISTERS).id, resource: firstVersionOf(SEED, REGISTERS).path },
    ],
    ["no number", { write: registerIdPrefix(SEED), resource: `Patient/${registerIdPrefix(SEED)}` }],
  ])("is not %s", (_, changes) => {
    expect(isFirst(changes)).toBe(false);
  });
});

describe("a seeded resource", () => {
  const { path } = seededResource(SEED, 7);
  /** Created by the transaction that began with number 0. */
  const row: AuditRow = {
    ...{ type: "row", side: "a", write: `${seedIdPrefix(SEED)}0`, resource: path, version: 1 },
    ...{ deleted: false, pid: 1, content: 1, refersTo: null, indexed: true },
  };
  const isSeeded = (changes: Partial<AuditRow>, of = 8) => {
    const contents = new Contents("a", SEED, new Names(SEED));
    contents.add({ ...row, ...changes });
    return contents.isSeeded(0, of);
  };

  test("is recognized by its id, whichever transaction created it", () => {
    expect(isSeeded({})).toBe(true);
    expect(isSeeded({ write: `${seedIdPrefix(SEED)}5` })).toBe(true);
  });

  test.each<[string, Partial<AuditRow>]>([
    ["a later version", { version: 2 }],
    ["a number beyond the last", { resource: seededResource(SEED, 8).path }],
    ["one by a write of the load", { write: writeId(SEED, 7) }],
    ["one by somebody else", { write: "somebody" }],
    ["another type", { resource: path.replace("Patient", "Basic") }],
    ["one of another run", { resource: seededResource(SEED + 1, 7).path }],
    ["no number", { resource: `Patient/${seedIdPrefix(SEED)}x` }],
  ])("is not %s", (_, changes) => {
    expect(isSeeded(changes)).toBe(false);
  });
});

describe("the rows of a resource", () => {
  const row = (resource: string, version: number, changes: Partial<AuditRow> = {}): AuditRow => ({
    ...{ type: "row", side: "a", write: writeId(SEED, version), resource, version, deleted: false, pid: version },
    ...{ content: 1, refersTo: null, indexed: null, ...changes },
  });
  const contentsOf = (...rows: AuditRow[]) => {
    const contents = new Contents("a", SEED, new Names(SEED));
    for (const each of rows) contents.add(each);
    return contents;
  };
  const currentOf = (...rows: AuditRow[]) => Array.from(contentsOf(...rows).currentVersion);

  test("are found by its name, last first, including those added later", () => {
    const contents = contentsOf(row("Patient/x", 1), row("Patient/y", 1), row("Patient/x", 2));
    const x = contents.names.code("Patient/x");
    expect(contents.rowsNamed(x)).toEqual([2, 0]);
    contents.add(row("Patient/x", 3));
    expect(contents.rowsNamed(x)).toEqual([3, 2, 0]);
    expect(contents.rowsNamed(contents.names.code("Patient/z"))).toEqual([]);
  });

  test("have one current version: the one marked current, the older of two, and none if deleted", () => {
    const indexed = { indexed: false };
    expect(currentOf(row("Patient/x", 1), row("Patient/x", 2, indexed), row("Patient/y", 3))).toEqual([2, 2, 0]);
    expect(currentOf(row("Patient/x", 1), row("Patient/x", 2, { current: true }))).toEqual([2, 2]);
    expect(currentOf(row("Patient/x", 3, indexed), row("Patient/x", 2, indexed))).toEqual([2, 2]);
    expect(currentOf(row("Patient/x", 2, { current: true, deleted: true }))).toEqual([0]);
  });
});
