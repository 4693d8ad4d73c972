import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rejudged, rejudge } from "./rejudge.ts";
import { rejudgeAll, threadsFor } from "./rejudge-all.ts";
import { stored } from "./testing/fake-store.ts";

let root: string;
let paths: string[];
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "fhirdrill-many-"));
  paths = [0, 1, 2, 3, 4].map((lost) =>
    stored(root, ["s", "c", `r${lost}`], { lost: [10, 20, 30, 40].slice(0, lost) }),
  );
  writeFileSync(join(paths[3] as string, "run.json"), "{");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([1, 2, 3])("%i threads give the same results as one after the other, in the same order", async (threads) => {
  const found: Rejudged[] = [];
  for await (const each of rejudgeAll(paths, threads)) found.push(each);
  expect(found).toEqual(paths.map(rejudge));
  expect(found.map(({ verdict }) => verdict?.measures.lost.count)).toEqual([0, 1, 2, undefined, 4]);
});

test("threads start only for long records, and never more than cores or runs", () => {
  expect(threadsFor(paths, 8)).toBe(1);
  for (const path of paths.slice(0, 2)) truncateSync(join(path, "probes.ndjson"), 40e6);
  expect(threadsFor(paths, 8)).toBe(5);
  expect(threadsFor(paths, 2)).toBe(2);
  expect(threadsFor(paths.slice(0, 1), 8)).toBe(1);
  expect(threadsFor(paths.slice(0, 2), 8)).toBe(2);
});
