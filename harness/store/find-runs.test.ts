import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import { findRuns, shortName } from "./find-runs.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-find-")));
  for (const name of ["README.md", "index.jsonl", "index.html"]) writeFileSync(join(root, name), "");
  for (const run of ["partition/async/r3", "loss/sync/r2", "loss/async/r1"]) made(run, "run.json");
  symlinkSync("loss/sync/r2", join(root, "latest"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function made(run: string, ...files: string[]): void {
  mkdirSync(join(root, run, "logs"), { recursive: true });
  for (const name of files) writeFileSync(join(root, run, name), "{}");
}
const found = (...names: string[]) => findRuns(names, root).map(({ path }) => relative(root, path));
const ALL = ["loss/async/r1", "loss/sync/r2", "partition/async/r3"];

test("one run, by its path, absolute or below the results, by its id, or as the latest", () => {
  expect(found(join(root, "loss/async/r1"))).toEqual(["loss/async/r1"]);
  expect(found("loss/async/r1")).toEqual(["loss/async/r1"]);
  expect(found("r3")).toEqual(["partition/async/r3"]);
  expect(found("latest")).toEqual(["loss/sync/r2"]);
});

describe("many runs", () => {
  test("by a folder above them, sorted, and the latest among them only once", () => {
    expect(found(root)).toEqual(ALL);
    expect(found("loss")).toEqual(["loss/async/r1", "loss/sync/r2"]);
  });

  test.each(["**", "*", "**/run.json", "*/*/*", "**/*"])("by the unexpanded pattern %s", (pattern) => {
    expect(found(`${root}/${pattern}`).toSorted()).toEqual(ALL);
  });

  test("without the sample run, which is found only by its name", () => {
    made("sample", "run.json");
    expect(found(root)).toEqual(ALL);
    expect(found("sample")).toEqual(["sample"]);
    expect(found(join(root, "sample"))).toEqual(["sample"]);
  });

  test("by a pattern below the results", () => {
    expect(found("los*/**")).toEqual(["loss/async/r1", "loss/sync/r2"]);
  });

  test("by a pattern that the shell expanded", () => {
    const opened = ["README.md", "index.jsonl", "index.html", "latest", "loss", "partition", "loss/async/r1/logs"];
    expect(found(...opened.map((name) => join(root, name)))).toEqual([
      "loss/sync/r2",
      "loss/async/r1",
      "partition/async/r3",
    ]);
  });

  test("in the order of the names, each once", () => {
    expect(found("r3", root, "latest")).toEqual(["partition/async/r3", "loss/async/r1", "loss/sync/r2"]);
  });

  test("through a link to another disk, but not endlessly through a circular one", () => {
    symlinkSync(join(root, "loss"), join(root, "partition/elsewhere"));
    symlinkSync("..", join(root, "loss/up"));
    symlinkSync("itself", join(root, "itself"));
    expect(found("partition").toSorted()).toEqual(ALL);
  });

  test("even without a run.json, so that it can be reported", () => {
    made("loss/async/r0", "ledger.ndjson");
    made("loss/async/r9");
    expect(found("loss/async")).toEqual(["loss/async/r0", "loss/async/r1", "loss/async/r9"]);
  });
});

test.each([
  ["no-such", /no run no-such/],
  ["1", /no run 1/],
  ["empty", /no run in empty/],
  ["nothing*", /nothing matches nothing\*/],
  ["stray.tgz", /no run in stray.tgz/],
  ["INDEX", /no run in .*index.jsonl/],
])("%s is a usage error, even beside a run", (name, what) => {
  mkdirSync(join(root, "empty"));
  writeFileSync(join(root, "stray.tgz"), "");
  // This file may be beside runs, but is none.
  for (const names of name === "INDEX" ? [[join(root, "index.jsonl")]] : [[name], ["r1", name]]) {
    let thrown: unknown;
    try {
      findRuns(names, root);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DrillFailure);
    expect((thrown as DrillFailure).exitCode).toBe(EXIT.usage);
    expect((thrown as DrillFailure).text.what).toMatch(what);
  }
});

test.each(["empty", "missing"])("results that are %s say how to get a run", (name) => {
  const results = join(root, name);
  mkdirSync(join(root, "empty"));
  const todo = expect.stringContaining("run a drill first: ");
  expect(() => findRuns([results], results)).toThrow(
    expect.objectContaining({ text: expect.objectContaining({ todo }) }),
  );
});

test("a run in the results is named by its id, elsewhere by its path", () => {
  expect(shortName(join(root, "loss/async/r1"), root)).toBe("r1");
  expect(shortName("/elsewhere/r1", root)).toBe(relative(process.cwd(), "/elsewhere/r1"));
});
