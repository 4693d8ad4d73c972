import { describe, expect, test } from "vitest";
import type { DrillEvent } from "../model/record/event.ts";
import type { Run } from "../model/record/run.ts";
import { judge } from "./judge.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { wrongVersion } from "./told-version.ts";

const fake = fakeRun();
const wrong = (changes: Partial<Run>, events: readonly DrillEvent[] = []) =>
  wrongVersion({ ...fake, run: { ...fake.run, ...changes }, events: [...fake.events, ...events] });
const at = (startedAt: string) => ({ startedAt, clock: { offsetMs: Date.parse(startedAt), errorMs: 1, samples: 9 } });

describe("by the time of its drill", () => {
  const older = (record: number, made: number) => [
    `run.json says that the record is of version ${record}, but a drill of that time made one of version ${made}`,
  ];

  test("a record is as old as it claims", () => {
    expect(wrong({ record: 1, ...at("2026-11-28T06:49:31.680Z") })).toEqual([]);
    expect(wrong({ record: 2, ...at("2026-11-28T12:07:21.924Z") })).toEqual([]);
    expect(wrong({ record: 3, ...at("2026-11-30T05:02:09.736Z") })).toEqual([]);
    // A newer version only requires more.
    expect(wrong({ record: 3, ...at("2026-11-24T17:12:57.249Z") })).toEqual([]);
  });

  test("one that claims to be older is not", () => {
    expect(wrong({ record: 1, ...at("2026-11-28T12:07:21.924Z") })).toEqual(older(1, 2));
    expect(wrong({ record: 1, ...at("2026-11-30T05:02:09.736Z") })).toEqual(older(1, 3));
    expect(wrong({ record: 2, ...at("2026-11-30T05:02:09.736Z") })).toEqual(older(2, 3));
  });

  test("either of the two clocks is enough", () => {
    const { startedAt, clock } = at("2026-11-30T05:02:09.736Z");
    expect(wrong({ record: 1, startedAt })).toEqual(older(1, 3));
    expect(wrong({ record: 1, clock })).toEqual(older(1, 3));
    expect(wrong({ record: 1, startedAt, clock: null })).toEqual(older(1, 3));
  });
});

test("a record that says whether a fault lasted is not one of the first", () => {
  const faultEvent = (state: "evidenced" | "lasted" | "not-lasted"): DrillEvent => ({
    ...{ type: "fault", fault: 0, kind: "region-loss", state, atMs: 20_000, detail: {} },
  });
  const none =
    "run.json says that the record is of version 1, but it records whether a fault lasted, as only later ones do";
  expect(wrong({ record: 1 }, [faultEvent("evidenced")])).toEqual([]);
  expect(wrong({ record: 1 }, [faultEvent("lasted")])).toEqual([none]);
  expect(wrong({ record: 1 }, [faultEvent("not-lasted")])).toEqual([none]);
  expect(wrong({ record: 2 }, [faultEvent("lasted")])).toEqual([]);
});

test("only the first did not name the fhirdrill that made them", () => {
  expect(wrong({ record: 1, versions: {} })).toEqual([]);
  for (const record of [2, 3])
    expect(wrong({ record, versions: {} })).toEqual(["run.json does not say which fhirdrill made the record"]);
});

test("a run whose record is made to look older is not worth judging", () => {
  expect(judge(fake).verdict).toBe("holds");
  const run = { ...fake.run, startedAt: "2026-11-30T05:02:09.736Z" };
  expect(judge({ ...fake, run }).verdict).toBe("inconclusive");
});
