import fc from "fast-check";
import { expect, test } from "vitest";
import type { AuditRow } from "../model/audit.ts";
import { Contents } from "../model/contents.ts";
import { History } from "../model/history.ts";
import { Names } from "../model/names.ts";
import { type Operation, splitStored } from "../model/operation.ts";
import { kindOfWrite, planWrite, writeId } from "../model/write.ts";
import { readsWanted, searchesWanted } from "./audit-api.ts";

const SEED = 99;
const MIX = { put: 5, post: 3, bundle: 1, update: 1 };
const names = new Names(SEED);

/** Every tenth write has no acknowledgement. */
const operations = Array.from({ length: 1000 }, (_, n): Operation => {
  const known = {
    write: writeId(SEED, n),
    n,
    kind: kindOfWrite(SEED, n, MIX),
    invokedMs: n * 20,
    line: n + 1,
    read: null,
  };
  if (n % 10 === 9)
    return {
      ...known,
      ...{ completedMs: null, outcome: "info", reason: "pending", status: 0, stored: [], servedBy: "" },
    };
  const answer = { completedMs: n * 20 + 5, status: 201, stored: storedBy(known), servedBy: "a" };
  return { ...known, ...answer, outcome: "ok", reason: "acknowledged" };
});
const acknowledged = operations.filter((op) => op.outcome === "ok");
const rows = acknowledged.flatMap((op) => op.stored.map((stored) => rowOf(op.write, stored)));

function storedBy({ n, kind }: Pick<Operation, "n" | "kind">): string[] {
  if (kind === "bundle") return [`Patient/p${n}/1`, `Observation/o${n}/1`, `Observation/q${n}/1`];
  if (kind === "post") return [`Patient/p${n}/1`];
  return [`${planWrite(SEED, n, MIX).path}/${kind === "update" ? 2 + Math.floor(n / 100) : 1}`];
}
function rowOf(write: string, stored: string): AuditRow {
  const found = { pid: 1, deleted: false, content: 1, refersTo: null, indexed: true };
  return { type: "row", side: "b", write, ...splitStored(stored), ...found };
}
function holding(list: readonly AuditRow[]): Contents {
  const contents = new Contents("b", SEED, names);
  for (const row of list) contents.add(row);
  return contents;
}
const historyOf = (list: readonly Operation[]) => History.of(SEED, names, list);
const readsOf = (held: readonly AuditRow[], list = operations) => readsWanted(historyOf(list), holding(held));
const searchesOf = (held: readonly AuditRow[], list = operations) => searchesWanted(historyOf(list), holding(held));
const writesOf = (wanted: readonly { write: string }[]) => new Set(wanted.map(({ write }) => write));

test("every acknowledged write of which the database lacks something is asked for, with all its resources", () => {
  const gone = fc.uniqueArray(fc.nat({ max: rows.length - 1 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(gone, (indexes) => {
      const missing = new Set(indexes.map((i) => rows[i]?.write));
      const held = rows.filter((_, i) => !indexes.includes(i));
      const reads = new Set(readsOf(held).map(({ write, resource }) => `${write} ${resource}`));
      const searches = new Set(searchesOf(held).map(({ write, resourceType }) => `${write} ${resourceType}`));
      for (const op of acknowledged.filter(({ write }) => missing.has(write)))
        for (const { resource } of op.stored.map(splitStored)) {
          expect(reads).toContain(`${op.write} ${resource}`);
          expect(searches).toContain(`${op.write} ${resource.split("/")[0]}`);
        }
    }),
    { seed: 12 },
  );
});

test("an empty database is asked for everything that was acknowledged, and searched for some of it", () => {
  expect(writesOf(readsOf([])).size).toBe(acknowledged.length);
  const searched = writesOf(searchesOf([])).size;
  expect(searched).toBeGreaterThanOrEqual(200);
  expect(searched).toBeLessThan(300);
});

const update = acknowledged.find((op) => op.kind === "update") as Operation;
const ofUpdate = rows.find((row) => row.write === update.write) as AuditRow;
test.each([
  ["under another write's name", { write: "w1-999" }],
  ["of another resource", { resource: "Patient/p0" }],
  ["of an older version", { version: ofUpdate.version - 1 }],
  ["of a resource that is deleted now", { deleted: true }],
])("a row %s is none", (_, change) => {
  const isDrawn = writesOf(readsOf(rows)).has(update.write);
  expect(isDrawn).toBe(false);
  const held = rows.map((row) => (row === ofUpdate ? { ...row, ...change } : row));
  expect(writesOf(readsOf(held))).toContain(update.write);
  expect(writesOf(searchesOf(held))).toContain(update.write);
});

test("of what is there a sample is asked for, always the same one, of about the wanted size", () => {
  const [reads, searches] = [readsOf(rows), searchesOf(rows)];
  expect([readsOf(rows), searchesOf(rows)]).toEqual([reads, searches]);
  expect(writesOf(reads).size).toBeGreaterThan(150);
  expect(writesOf(reads).size).toBeLessThan(250);
  expect(writesOf(searches).size).toBeGreaterThan(30);
  expect(writesOf(searches).size).toBeLessThan(75);
});

test("whatever is searched for is read as well", () => {
  const held = rows.filter((_, i) => i % 3 > 0);
  const read = writesOf(readsOf(held));
  expect([...writesOf(searchesOf(held))].filter((write) => !read.has(write))).toEqual([]);
});

test("a short run is asked for whole, and writes without an acknowledgement never", () => {
  const few = operations.slice(0, 40);
  const known = writesOf(few.filter((op) => op.outcome === "ok"));
  expect(writesOf(readsOf(rows, few))).toEqual(known);
  expect(writesOf(searchesOf(rows, few))).toEqual(known);
  expect(
    readsOf(
      [],
      operations.filter((op) => op.outcome !== "ok"),
    ),
  ).toEqual([]);
});

test("the resources of a write are searched for by type, each type once", () => {
  const bundle = acknowledged.find((op) => op.kind === "bundle") as Operation;
  const types = searchesOf([], [bundle]).map(({ resourceType }) => resourceType);
  expect(types).toEqual(["Patient", "Observation"]);
});
