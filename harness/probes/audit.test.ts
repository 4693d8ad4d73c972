import fc from "fast-check";
import { expect, test } from "vitest";
import { plantedRun } from "../check/planted-run.ts";
import type { AuditRow } from "../model/audit.ts";
import { readsWanted } from "./audit.ts";

const { operations, run } = plantedRun({ ratePerSecond: 50 });
const acknowledged = operations.filter((op) => op.outcome === "ok");
const resourceOf = (stored: string) => stored.slice(0, stored.lastIndexOf("/"));
const all: AuditRow[] = acknowledged.flatMap((op) =>
  op.stored.map((stored) => {
    return {
      type: "row",
      side: "b",
      write: op.write,
      resource: resourceOf(stored),
      version: 1,
      deleted: false,
      body: null,
    };
  }),
);

test("every acknowledged write of which the database lacks something is asked for, with all its resources", () => {
  const gone = fc.uniqueArray(fc.nat({ max: all.length - 1 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(gone, (indexes) => {
      const missing = new Set(indexes.map((i) => all[i]?.write));
      const rows = all.filter((_, i) => !indexes.includes(i));
      const asked = new Set(readsWanted(operations, rows, run.seed).map((read) => `${read.write} ${read.resource}`));
      for (const op of acknowledged.filter(({ write }) => missing.has(write)))
        for (const stored of op.stored) expect(asked).toContain(`${op.write} ${resourceOf(stored)}`);
    }),
    { seed: 12, numRuns: 100 },
  );
});

test("an empty database is asked for everything that was acknowledged", () => {
  expect(new Set(readsWanted(operations, [], run.seed).map((read) => read.write)).size).toBe(acknowledged.length);
});

test("a row under another write's name is none", () => {
  const [first, ...rest] = all;
  const rows = [{ ...(first as AuditRow), write: "w1-999" }, ...rest];
  const lacking = readsWanted(operations, rows, run.seed).filter((read) => read.write === first?.write);
  expect(lacking.length).toBeGreaterThan(0);
});

test("of what is there a sample is asked for, always the same one, of about the wanted size", () => {
  const sample = readsWanted(operations, all, run.seed);
  expect(readsWanted(operations, all, run.seed)).toEqual(sample);
  const writes = new Set(sample.map((read) => read.write)).size;
  expect(acknowledged.length).toBeGreaterThan(400);
  expect(writes).toBeGreaterThan(150);
  expect(writes).toBeLessThan(250);
});

test("a short run is asked for whole, and writes without an acknowledgement never", () => {
  const few = operations.slice(0, 100);
  const names = readsWanted(few, all, run.seed).map((read) => read.write);
  expect(new Set(names)).toEqual(new Set(few.map((op) => op.write)));
  expect(
    readsWanted(
      operations.filter((op) => op.outcome !== "ok"),
      [],
      run.seed,
    ),
  ).toEqual([]);
});
