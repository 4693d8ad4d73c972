import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { judge } from "../check/judge.ts";
import { fakeParts, fakeRun, filesOf, recordOf } from "../check/testing/fake-run.ts";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import { readRecord } from "../record/read-record.ts";
import { allRuns, indexRun, newRunFolder, requireWritable } from "./results.ts";
import type { RunFolder } from "./run-folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fhirdrill-store-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const parts = fakeParts({ lost: [10] });
const record = recordOf(parts);
const STARTED = "2026-01-01T00:00:00.000Z";

function stored(id: string): RunFolder {
  const folder = newRunFolder("fake", "async", id, root);
  folder.writeRun({ ...record.run, id });
  return folder;
}
function failureOf(work: () => void): DrillFailure {
  try {
    work();
  } catch (error) {
    if (error instanceof DrillFailure) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("a run folder", () => {
  test("returns what was recorded in it", () => {
    const folder = stored("r1");
    for (const event of record.events) folder.appendEvent(event);
    const files = filesOf(parts);
    for (const name of ["ledger", "audit", "probes"] as const)
      writeFileSync(join(folder.path, `${name}.ndjson`), files[name]);
    const read = readRecord(folder.readFiles());
    expect(read.run).toEqual({ ...record.run, id: "r1" });
    expect(read.events).toEqual(record.events);
    expect(judge(read).measures).toEqual(judge(record).measures);
  });

  test("that cannot be written to fails with what, why and what to do", () => {
    const folder = stored("r1");
    mkdirSync(join(folder.path, "events.ndjson"));
    const failure = failureOf(() => folder.appendEvent({ type: "note", atMs: 1, text: "lost?" }));
    expect(failure.text.what).toContain(folder.path);
    expect(failure.text.why).toMatch(/EISDIR/);
    expect(failure.text.todo).toMatch(/permissions/);
    expect(failure.exitCode).toBe(EXIT.internal);
  });

  test.runIf(existsSync("/dev/full"))("on a full disk says so", () => {
    const folder = stored("r1");
    // Every write to this device fails because there is no space.
    symlinkSync("/dev/full", join(folder.path, "events.ndjson"));
    const { text } = failureOf(() => folder.appendEvent({ type: "note", atMs: 1, text: "lost?" }));
    expect([text.why, text.todo]).toEqual(["the disk is full", "free some space; what was recorded so far is kept"]);
  });

  test("keeps the old run.json when a new one cannot be written", () => {
    const folder = stored("r1");
    mkdirSync(join(folder.path, "run.json.part", "in the way"), { recursive: true });
    expect(() => folder.writeRun({ ...record.run, id: "other" })).toThrow();
    expect(JSON.parse(folder.readFiles().run).id).toBe("r1");
  });
});

describe("all runs", () => {
  test("are those with a run.json, each once, even when `latest` links to it", () => {
    newRunFolder("fake", "async", "unfinished", root);
    indexRun(judge(record), STARTED, stored("r1"), root);
    expect(allRuns(root)).toEqual({ runs: [join(root, "fake/async/r1")], unread: [] });
  });

  test("are unknown without a results folder", () => {
    expect(allRuns(join(root, "nowhere"))).toEqual({
      runs: [],
      unread: [{ path: join(root, "nowhere"), why: expect.stringContaining("ENOENT") }],
    });
  });

  test("do not include unreadable folders, which are reported", () => {
    stored("r1");
    mkdirSync(join(root, "fake", "sync"));
    // Not by permissions, because root may read all folders.
    symlinkSync("loop", join(root, "fake", "sync", "loop"));
    expect(allRuns(root)).toEqual({
      runs: [join(root, "fake/async/r1")],
      unread: [{ path: join(root, "fake/sync/loop"), why: expect.stringContaining("ELOOP") }],
    });
  });

  test("have their line in the index even if no link can be created", () => {
    mkdirSync(join(root, "latest", "in the way"), { recursive: true });
    indexRun(judge(record), STARTED, stored("r1"), root);
    expect(readFileSync(join(root, "index.jsonl"), "utf8")).toContain("fake/async/r1");
  });
});

test("the index has a line per run, with null for unknown figures", () => {
  indexRun(judge(record), STARTED, stored("r1"), root);
  indexRun(judge(fakeRun({}, () => ({ audit: [] }))), STARTED, stored("r2"), root);
  const [first, second] = readFileSync(join(root, "index.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const same = { startedAt: STARTED, scenario: "fake", config: "fake", rtoSeconds: 3.017 };
  expect(first).toMatchObject({ ...same, run: "fake", verdict: "holds", lost: 1, folder: "fake/async/r1" });
  expect(second).toMatchObject({
    ...same,
    verdict: "inconclusive",
    lost: null,
    rpoSeconds: null,
    folder: "fake/async/r2",
  });
});

test("a drill does not begin in an unwritable folder, but may begin in a missing one", () => {
  requireWritable(join(root, "not", "there"));
  expect(existsSync(join(root, "not"))).toBe(false);
  writeFileSync(join(root, "file"), "");
  expect(failureOf(() => requireWritable(join(root, "file", "below"))).text).toMatchObject({
    what: "the results cannot be written",
    why: expect.stringContaining(join(root, "file")),
  });
});
