import { describe, expect, test } from "vitest";
import { gatherFacts } from "./facts.ts";
import { NO_DISASTER, outagesWithoutDisaster } from "./no-disaster.ts";
import { checked, END_MS, failing, SINCE } from "./testing/checked-rto.ts";
import type { Parts } from "./testing/fake-run.ts";
import { BASELINE, FAULT_MS, type Instants, timeline } from "./testing/fake-timeline.ts";

describe("without a disaster", () => {
  const calm = ({ run }: Parts) => ({ run: { ...run, scenario: { ...run.scenario, disaster: null } } });
  const down = (fromMs: number, toMs: number) =>
    SINCE.map(([at, ack]): Instants => [at, at >= fromMs && at < toMs ? null : ack]);

  test("an outage is held against the same objective, from the first act on", () => {
    const of = (rtoSeconds: number) => checked([...BASELINE, ...down(10_000, 15_000)], rtoSeconds, calm);
    expect(of(13)).toMatchObject({ verdict: "broken", isLate: true });
    expect(of(13.01)).toMatchObject({
      verdict: "no-objective",
      reason: "no disaster was planned; writes resumed for good 13.010 s after the first act; the objective is 13.01 s",
    });
  });

  test("and flapping is one", () => {
    const flapping = SINCE.map(([at, ack]): Instants => [at, at < 42_000 && at % 10_000 < 8000 ? null : ack]);
    expect(checked([...BASELINE, ...flapping], 30, calm).verdict).toBe("broken");
    expect(checked([...BASELINE, ...flapping], 3600, calm).verdict).toBe("no-objective");
  });

  test("one that had not ended is inconclusive, until the objective has passed", () => {
    const of = (rtoSeconds: number) => checked([...BASELINE, ...down(END_MS - 5000, END_MS)], rtoSeconds, calm);
    // Nobody knows when it would have ended on a quiet machine.
    expect(of(59)).toMatchObject({ verdict: "broken", isLate: false });
    expect(of(60)).toMatchObject({ verdict: "inconclusive", isLate: false });
    expect(of(60).reason).toContain(
      "writes had not resumed for good 59.900 s after the first act, when the load ended",
    );
  });

  test("and so are writes that go on failing", () => {
    const of = (rtoSeconds: number) => checked([...BASELINE, ...failing(SINCE, 25)], rtoSeconds, calm);
    expect(of(3600).verdict).toBe("inconclusive");
    expect(of(30)).toMatchObject({ verdict: "broken", isLate: false });
    expect(checked([...BASELINE, ...SINCE], 30, calm)).toEqual({
      verdict: "no-objective",
      reason: "no disaster was planned",
    });
  });

  test("an outage of the baseline is named as one", () => {
    const later = ({ events, ...parts }: Parts) => ({
      ...calm(parts as Parts),
      events: events.map((event) => (event.type === "fault" ? { ...event, atMs: FAULT_MS + 20_000 } : event)),
    });
    const of = (rtoSeconds: number) => checked([...BASELINE, ...down(4000, 6000)], rtoSeconds, later);
    expect(of(2)).toMatchObject({ verdict: "broken", isLate: true });
    expect(of(2.01)).toMatchObject({
      verdict: "no-objective",
      reason: "no disaster was planned; an outage in the baseline took 2.010 s; the objective is 2.01 s",
    });
  });

  test("nothing is judged without a baseline, or if nothing was served in it", () => {
    const record = timeline([...BASELINE, ...down(10_000, 15_000)], {}, calm);
    const facts = gatherFacts(record);
    const { baseline } = facts;
    expect(baseline).not.toBeNull();
    expect(outagesWithoutDisaster(record, { ...facts, baseline: null })).toBe(NO_DISASTER);
    const none = baseline && { ...baseline, ratePerSecond: 0 };
    expect(outagesWithoutDisaster(record, { ...facts, baseline: none })).toBe(NO_DISASTER);
  });
});
