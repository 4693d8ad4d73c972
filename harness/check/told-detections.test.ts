import { expect, test } from "vitest";
import type { OperatorEvent } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";
import { underPatroni } from "./testing/fake-patroni.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./testing/fake-run.ts";
import { wrongDetections } from "./told-detections.ts";

const found = (edit: (parts: Parts) => Partial<Parts> = () => ({})) => wrongDetections(fakeRun({}, edit));
const detecting = (changes: Partial<OperatorEvent>) =>
  found(({ events }) => ({
    events: events.map((event) =>
      event.type === "operator" && event.step === "detected" ? { ...event, ...changes } : event,
    ),
  }));
const probing = (change: (probe: Extract<ProbeLine, { type: "health" }>) => ProbeLine[]) =>
  found(({ probes }) => ({ probes: probes.flatMap((probe) => (probe.type === "health" ? change(probe) : [probe])) }));
const UNSEEN = [expect.stringMatching(/^A was given up at 7\.\d{3} s, but its last 3 probes had not all failed$/)];

test("three failed probes, and the site is given up", () => {
  expect(found()).toEqual([]);
  expect(detecting({ detail: { failures: ["x", "x", "x"] } })).toEqual([]);
  expect(wrongDetections(fakeRun({ operator: null }))).toEqual([]);
});

test("fewer or more than the configuration says are wrong", () => {
  for (const failures of [
    ["x", "x"],
    ["x", "x", "x", "x"],
  ])
    expect(detecting({ detail: { failures } })).toEqual([
      expect.stringMatching(
        new RegExp(`^A was given up at 7\\.\\d{3} s after ${failures.length} failed probes, not 3$`),
      ),
    ]);
});

test("the health samples show all of them, of that site", () => {
  expect(probing((probe) => [{ ...probe, ok: true }])).toEqual(UNSEEN);
  expect(probing((probe) => [{ ...probe, side: "b" }])).toEqual(UNSEEN);
  expect(probing(() => [])).toEqual(UNSEEN);
  let failed = 0;
  const second = (probe: Extract<ProbeLine, { type: "health" }>) => {
    if (!probe.ok) failed += 1;
    return [{ ...probe, ok: probe.ok || failed === 2 }];
  };
  expect(probing(second)).toEqual(UNSEEN);
});

test("probes that failed afterwards do not count", () => {
  expect(detecting({ atMs: 6900 })).toEqual([expect.stringMatching(/had not all failed$/)]);
  const events = fakeRun().events.filter((event) => event.type === "operator" && event.step === "detected");
  const detectedMs = events[0]?.atMs as number;
  let failed = 0;
  const thirdDone = (doneMs: number) => {
    failed = 0;
    return probing((probe) => {
      if (!probe.ok) failed += 1;
      return probe.ok || failed < 3 ? [probe] : failed === 3 ? [{ ...probe, doneMs }] : [];
    });
  };
  expect(thirdDone(detectedMs + 1)).toEqual([]);
  expect(thirdDone(detectedMs + 2)).toEqual(UNSEEN);
});

test("a takeover by Patroni's lock needs no probes", () => {
  const record = recordOf(underPatroni(fakeParts()));
  expect(record.events.some((event) => event.type === "operator" && event.step === "detected")).toBe(true);
  expect(wrongDetections(record)).toEqual([]);
});

test("a decision by people takes as long as configured", () => {
  const deciding = (tookMs: number) =>
    found(({ run, events }) => {
      const detected = events.find((event) => event.type === "operator" && event.step === "detected") as OperatorEvent;
      const decided: OperatorEvent = { ...detected, step: "decided", tookMs };
      const operator = { ...run.config.operator, decisionSeconds: 2 };
      return { run: { ...run, config: { ...run.config, operator } }, events: [...events, decided] };
    });
  for (const tookMs of [1999, 2000]) expect(deciding(tookMs)).toEqual([]);
  expect(deciding(1998)).toEqual([expect.stringMatching(/^the decision at 7\.\d{3} s took 1\.998 s, not 2 s$/)]);
});
