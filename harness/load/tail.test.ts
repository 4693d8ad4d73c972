import { randomUUID } from "node:crypto";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { LineTail } from "./tail.ts";

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-tail-"));
afterAll(() => rmSync(folder, { recursive: true }));

const newPath = () => join(folder, `${randomUUID()}.ndjson`);

test("a file that does not exist yet has no lines, and is read once it exists", async () => {
  const path = newPath();
  const tail = new LineTail(path);
  expect(await tail.read()).toEqual([]);
  appendFileSync(path, '{"n":1}\n');
  expect(await tail.read()).toEqual([{ n: 1 }]);
  expect(await tail.read()).toEqual([]);
});

test("a line is given once, when it is complete", async () => {
  const path = newPath();
  const tail = new LineTail(path);
  appendFileSync(path, '{"n":1}\n{"n":');
  expect(await tail.read()).toEqual([{ n: 1 }]);
  appendFileSync(path, "2}");
  expect(await tail.read()).toEqual([]);
  appendFileSync(path, '\n{"n":3}\n');
  expect(await tail.read()).toEqual([{ n: 2 }, { n: 3 }]);
});

test("noise is skipped", async () => {
  const path = newPath();
  appendFileSync(path, 'panic\n\n{"n":1}\n');
  expect(await new LineTail(path).read()).toEqual([{ n: 1 }]);
});

test("however the bytes arrive, every line is given complete, in order and once", async () => {
  const lines = Array.from({ length: 6 }, (_, n) => ({ n, error: "Zugriff verweigert: Schlüssel 🔑 ungültig" }));
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(cuts, async (unordered) => {
      const path = newPath();
      const tail = new LineTail(path);
      const got: unknown[] = [];
      const ends = [...unordered.toSorted((x, y) => x - y), bytes.length];
      for (const [i, end] of ends.entries()) {
        appendFileSync(path, bytes.subarray(ends[i - 1] ?? 0, end));
        got.push(...(await tail.read()));
      }
      expect(got).toEqual(lines);
    }),
    { seed: 11 },
  );
});
