import { describe, expect, test } from "vitest";
import type { AuditRow } from "./audit.ts";
import { Contents } from "./contents.ts";
import { Names } from "./names.ts";
import { firstVersionOf, REGISTERS, registerIdPrefix, writeId } from "./write.ts";

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

  test("is known by its own id on its own resource", () => {
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
