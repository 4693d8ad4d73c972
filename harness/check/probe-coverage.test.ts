import { describe, expect, test } from "vitest";
import type { ProbeLine } from "../model/record/probe.ts";
import type { RunRecord } from "../model/record/record.ts";
import { gatherFacts } from "./facts.ts";
import { probeHoles } from "./probe-coverage.ts";
import { fakeMachine } from "./testing/fake-machine.ts";
import { underPatroni } from "./testing/fake-patroni.ts";
import { fakeParts, fakeRun, recordOf } from "./testing/fake-run.ts";
import { toldPlan } from "./testing/fake-steps.ts";

const long = fakeRun({ afterSeconds: 60 });
const whole = { ...long, probes: [...long.probes, ...fakeMachine(0, 70_000, {})] };
const holes = (record: RunRecord) => probeHoles(record, gatherFacts(record));
const instantOf = (probe: ProbeLine) => ("atMs" in probe ? probe.atMs : probe.sentMs);
const without = (type: ProbeLine["type"], fromMs: number, toMs: number, of: RunRecord = whole) =>
  holes({
    ...of,
    probes: of.probes.filter((probe) => probe.type !== type || instantOf(probe) < fromMs || instantOf(probe) > toMs),
  });
const ever = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

test("samples without a gap are complete", () => {
  expect(holes(whole)).toEqual([]);
});

describe.each([
  ["availability", 2],
  ["health", 10],
  ["replication-lag", 10],
  ["machine", 10],
  ["resources", 30],
] as const)("of %s", (type, seconds) => {
  const many = type === "resources" ? 7 : 1;

  test("only a short gap is allowed, wherever it is", () => {
    for (const fromMs of [12_000, 20_000, 66_000 - seconds * 1000]) {
      expect(without(type, fromMs, fromMs + seconds * 1000 - 3000)).toEqual([]);
      const found = without(type, fromMs, fromMs + seconds * 1000 + 2500);
      expect(found).toHaveLength(many);
      expect(found[0]).toMatch(new RegExp(`^there is no sample of ${type}.* from \\d+\\.\\d s to \\d+\\.\\d s, while`));
    }
  });

  test("the second half is missed, samples before the baseline are not", () => {
    expect(without(type, 30_000, 100_000)).toHaveLength(many);
    expect(without(type, 0, 2999)).toEqual([]);
  });

  test("no sample at all is missed if there must be some", () => {
    const sealed = { ...whole, run: { ...whole.run, record: 2 } };
    expect(without(type, ...ever, sealed)).toHaveLength(many);
    const isNew = type === "machine" || type === "resources";
    expect(without(type, ...ever)).toHaveLength(isNew ? 0 : many);
  });
});

test("a machine that cannot be sampled needs one line", () => {
  const probes = whole.probes.filter(({ type }) => type !== "machine");
  const nothing = { cores: null, busySeconds: null, stolenSeconds: null, harnessSeconds: null };
  const waitedSeconds = { cpu: null, io: null, memory: null };
  const why = "this system has no /proc/stat";
  const line: ProbeLine = { type: "machine", fromMs: 10, atMs: 10, ...nothing, waitedSeconds, why };
  const sealed = { ...whole, run: { ...whole.run, record: 2 } };
  expect(holes({ ...sealed, probes: [...probes, line] })).toEqual([]);
  // One such line in place of all but a few does not excuse the others.
  const few = whole.probes.filter((probe) => probe.type !== "machine" || probe.atMs <= 5000);
  expect(holes({ ...sealed, probes: [...few, line] })).toEqual([
    expect.stringMatching(/^there is no sample of machine from 5\.0 s to /),
  ]);
});

test("health is not probed during a plan, and the first runs probed it only up to the failover", () => {
  const rebuild = toldPlan("rebuild", "a", whole.run.config, { fromMs: 15_000, toMs: 50_000 });
  expect(without("health", 15_000, 50_000, { ...whole, events: [...whole.events, ...rebuild] })).toEqual([]);
  expect(without("availability", 15_000, 50_000, { ...whole, events: [...whole.events, ...rebuild] })).toHaveLength(1);
  const unended = rebuild.slice(0, -1).map((event) => ({ ...event, atMs: 15_000 }));
  expect(without("health", 15_000, 50_000, { ...whole, events: [...whole.events, ...unended] })).toHaveLength(1);
  expect(without("health", 15_000, 100_000, { ...whole, run: { ...whole.run, versions: {} } })).toEqual([]);
});

test("a plan covers the time of its steps, and the time until it ended", () => {
  const { config } = whole.run;
  const [first] = toldPlan("rebuild", "a", config, { fromMs: 35_000, toMs: 36_000 });
  if (first === undefined) throw new Error("the plan has no step");
  const resting = (...plan: RunRecord["events"]) =>
    without("health", 15_000, 50_000, { ...whole, events: [...whole.events, ...plan] });
  const failed = (tookMs: number) => ({ ...first, step: "failed" as const, atMs: 50_000, tookMs });
  expect(resting({ ...first, tookMs: 20_000 }, failed(0))).toEqual([]);
  expect(resting({ ...first, tookMs: 0 }, failed(35_000))).toEqual([]);
  expect(resting({ ...first, tookMs: 0 }, failed(0))).toHaveLength(1);
  expect(resting({ ...first, tookMs: 20_000 })).toHaveLength(1);
  // Still a probe, in the middle of it.
  const rebuild = toldPlan("rebuild", "a", config, { fromMs: 15_000, toMs: 50_000 });
  const probed = { ...whole, events: [...whole.events, ...rebuild] };
  const once = probed.probes.filter((probe) => probe.type !== "health" || instantOf(probe) <= 20_000);
  const later = probed.probes.filter((probe) => probe.type === "health" && instantOf(probe) > 50_000);
  expect(without("health", 15_000, 19_900, { ...probed, probes: [...once, ...later] })).toEqual([]);
});

test("a gap may be as long as allowed, and no longer; samples after the load do not count", () => {
  expect(without("availability", 20_001, 21_999)).toEqual([]);
  expect(without("availability", 20_001, 22_000)).toEqual([
    "there is no sample of availability from 20.0 s to 22.2 s, while the load was running",
  ]);
  const { loadEndMs } = gatherFacts(whole);
  const late: ProbeLine = {
    ...{ type: "availability", sentMs: loadEndMs + 10_000, doneMs: loadEndMs + 10_010 },
    ...{ ok: true, status: 200, servedBy: "b" },
  };
  expect(
    without("availability", loadEndMs - 1000, loadEndMs + 9000, { ...whole, probes: [...whole.probes, late] }),
  ).toEqual([]);
});

test("a machine that lacks only some counters has samples of the rest", () => {
  const others = whole.probes.filter(({ type }) => type !== "machine");
  const probes = [...others, ...fakeMachine(0, 70_000, { waited: null }).filter(({ type }) => type === "machine")];
  expect(holes({ ...whole, probes })).toEqual([]);
  expect(without("machine", 20_000, 40_000, { ...whole, probes })).toHaveLength(1);
  const nothing = { cores: null, busySeconds: null, stolenSeconds: null, harnessSeconds: null };
  const waitedSeconds = { cpu: null, io: null, memory: null };
  const line: ProbeLine = { type: "machine", fromMs: 10, atMs: 10, ...nothing, waitedSeconds, why: null };
  expect(holes({ ...whole, probes: [...others, line] })).toHaveLength(1);
});

test("under Patroni not health is probed, but each site's server, for the primary", () => {
  const observed = recordOf(underPatroni(fakeParts({ afterSeconds: 60 })));
  expect(holes(observed)).toEqual([]);
  const ofB = observed.probes.filter((probe) => probe.type !== "primary" || probe.side === "a");
  expect(holes({ ...observed, probes: ofB })).toEqual([
    expect.stringMatching(/^there is no sample of primary of b from 3\.0 s to \d/),
  ]);
});

test("a run without a baseline needs no samples: other checks report that", () => {
  expect(without("availability", ...ever, { ...whole, events: [] })).toEqual([]);
});
