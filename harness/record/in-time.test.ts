/** Times outside the drill: their lines are named and left out. */
import { describe, expect, test } from "vitest";
import { fakeParts, filesOf } from "../check/testing/fake-run.ts";
import { loadTimes } from "../model/plan/scenario.ts";
import type { RunRecord } from "../model/record/record.ts";
import { inTimeOf } from "./in-time.ts";
import { type RunFiles, readRecord } from "./read-record.ts";

const parts = fakeParts({ lost: [10] });
const files = filesOf(parts) as RunFiles & Record<"events" | "probes" | "ledger", string>;
const whole = readRecord(files);
const lastMs = loadTimes(parts.run.scenario).end * 1000;
const DAY_MS = 24 * 3600 * 1000;

const added = (name: "events" | "probes" | "ledger", ...lines: object[]): RunRecord =>
  readRecord({ ...files, [name]: `${files[name]}${lines.map((line) => `${JSON.stringify(line)}\n`).join("")}` });

const note = (atMs: number) => ({ type: "note", atMs, text: "here" });
const lag = (atMs: number) => ({ type: "replication-lag", atMs, heartbeatMs: 1, lsnBytes: 1 });
const look = { type: "availability", sentMs: 1, doneMs: 2, ok: true, status: 201, servedBy: "a" };
const step = { type: "operator", plan: "failover", step: "done", side: "b", atMs: 1, tookMs: 2, detail: {} };

describe.each([1e12, -1e12, lastMs + 8 * DAY_MS, 8.7e15])("at %d ms", (ms) => {
  test.each([
    ["events", note(ms), "atMs"],
    ["events", { ...step, tookMs: ms }, "tookMs"],
    ["probes", lag(ms), "atMs"],
    ["probes", { ...look, sentMs: ms }, "sentMs"],
    ["probes", { ...look, doneMs: ms }, "doneMs"],
  ] as const)("a line of the %s, %j, is not taken, and its %s is named", (name, line, key) => {
    const record = added(name, line);
    expect(record[name]).toEqual(whole[name]);
    expect(record.legibility[name].unreadable).toEqual([
      expect.stringMatching(
        new RegExp(`^line \\d+: its ${key} is at no time of the drill: -?\\d+ s after its beginning$`),
      ),
    ]);
  });

  test("a line of the ledger is left out and named", () => {
    const [first = "", ...rest] = files.ledger.split("\n");
    const line = JSON.parse(first);
    const moved = { ...line, epochMs: (parts.run.clock?.offsetMs ?? 0) + ms };
    const { ledger, history } = readRecord({ ...files, ledger: [JSON.stringify(moved), ...rest].join("\n") });
    expect(ledger.unreadable).toEqual([expect.stringMatching(/^line 1: its epochMs is at no time of the drill/)]);
    expect(history.length).toBe(whole.history.length - 1);
  });
});

test("the times of a drill begin a minute before it, for k6's clock, and end a week after the load, to the millisecond", () => {
  const inTime = inTimeOf(parts.run);
  for (const ms of [-60_000, lastMs + 7 * DAY_MS]) inTime("atMs", ms);
  for (const ms of [-60_001, lastMs + 7 * DAY_MS + 1])
    expect(() => inTime("atMs", ms)).toThrow(/^its atMs is at no time of the drill: -?\d+ s after its beginning$/);
});

test("hours of image builds before the load and days of convergence after it are times of a drill", () => {
  const record = added("events", note(0), note(lastMs + 6 * DAY_MS));
  expect(record.events.length).toBe(whole.events.length + 2);
});

test("without a clock mapping, times of writes are not checked", () => {
  const run = JSON.stringify({ ...parts.run, clock: null });
  expect(readRecord({ ...files, run }).history.length).toBe(whole.history.length);
});

test.each(["yesterday", "", "2026-02-30T00:00:00Z", "2026-01-01", "24 Nov 2026", "+275761-01-01T00:00:00.000Z"])(
  "a run that began at %j is none",
  (startedAt) => {
    const run = JSON.stringify({ ...parts.run, startedAt });
    expect(() => readRecord({ ...files, run })).toThrow("its startedAt is wrong: it must be a time, such as ");
  },
);
