/**
 * The text follows the grammar of OpenMetrics and of Prometheus' older format, in base units, without unknown values.
 */
import { describe, expect, test } from "vitest";
import { exported, inconclusive, neverBack } from "../testing/fake-exported.ts";
import type { ExportedRun } from "./exported-run.ts";
import { openmetricsText } from "./openmetrics.ts";

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const SAMPLE = /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\} (-?[0-9.e+-]+)$/;
/** The types that both formats have under the same name. */
const TYPES = ["counter", "gauge", "histogram", "summary"];

/** Strict: a family begins with its own metadata, is contiguous, and has at least one sample. */
function parsed(text: string): Sample[] {
  const lines = text.split("\n");
  expect(lines.slice(-2)).toEqual(["# EOF", ""]);
  const begun = new Set<string>();
  const samples: Sample[] = [];
  let [family, type, unit] = ["", "", ""];
  let ofFamily = 1;
  for (const line of lines.slice(0, -2)) {
    const [, kind, name = "", text = ""] = /^# (HELP|TYPE|UNIT) ([a-z_]+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      expect([ofFamily > 0, begun.has(name)], line).toEqual([true, false]);
      begun.add(name);
      [family, type, unit, ofFamily] = [name, "", "", 0];
    } else if (kind !== undefined) {
      expect(name, line).toBe(family);
      if (kind === "TYPE") {
        type = text;
        expect(TYPES, line).toContain(type);
      } else unit = text;
    } else {
      const [, full, labels = "", value] = SAMPLE.exec(line) ?? [];
      expect([full, type], line).toEqual([family, "gauge"]);
      // These two have no unit.
      if (!/_(info|verdict)$/.test(family)) expect(family.endsWith(`_${unit}`) && unit !== "", line).toBe(true);
      const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text = ""]) => [
        key,
        text.replace(/\\(.)/g, (_, sign) => (sign === "n" ? "\n" : sign)),
      ]);
      samples.push({ name: full as string, labels: Object.fromEntries(pairs), value: Number(value) });
      ofFamily += 1;
    }
  }
  const series = samples.map(({ name, labels }) => JSON.stringify([name, labels]));
  expect(new Set(series).size).toBe(series.length);
  return samples;
}

const of = (...runs: ExportedRun[]) => parsed(openmetricsText(runs));
const named = (samples: Sample[], name: string) => samples.filter((sample) => sample.name === `fhirdrill_${name}`);

describe("a run's samples", () => {
  test("have its labels, and one is its start, in seconds", () => {
    const samples = of(exported("r1"), exported("r2", { lost: [10] }));
    for (const { labels } of samples) expect(labels).toMatchObject({ scenario: "fake", config: "fake" });
    expect(named(samples, "run_start_seconds").map(({ labels, value }) => [labels.run, value])).toEqual([
      ["r1", Date.parse("2026-01-01T00:00:00.000Z") / 1000],
      ["r2", Date.parse("2026-01-01T00:00:00.000Z") / 1000],
    ]);
    const lost = named(samples, "lost_writes").map(({ labels, value }) => [labels.run, value]);
    expect(lost).toEqual([
      ["r1", 0],
      ["r2", 1],
    ]);
    expect(named(samples, "run_info").map(({ labels }) => labels.seed)).toEqual(["4711", "4711"]);
  });

  test("are in seconds, whatever the unit in the verdict", () => {
    const run = exported("r1");
    const { latency } = run.verdict.measures;
    expect(latency.before.p99).toBeGreaterThan(1);
    const [p99] = named(of(run), "latency_seconds").filter(
      ({ labels }) => labels.phase === "before" && labels.quantile === "0.99",
    );
    expect(p99?.value).toBe((latency.before.p99 as number) / 1000);
  });

  test("mark one of the three verdicts with 1", () => {
    const words = named(of(inconclusive("r1")), "verdict").map(({ labels, value }) => [
      labels.fhirdrill_verdict,
      value,
    ]);
    expect(words).toEqual([
      ["holds", 0],
      ["broken", 0],
      ["inconclusive", 1],
    ]);
  });

  test("carry any text in their labels", () => {
    const run = exported("r1");
    const config = 'a"b\\n\nc\\';
    const [info] = of({ ...run, verdict: { ...run.verdict, config } });
    expect(info?.labels.config).toBe(config);
  });
});

describe("what is not known", () => {
  test("is left out, never 0", () => {
    const run = exported("r1");
    const { measures } = run.verdict;
    const unknown = {
      ...measures,
      lost: { ...measures.lost, count: null },
      rpo: { ...measures.rpo, count: null, seconds: null },
    };
    const samples = of({ ...run, verdict: { ...run.verdict, measures: unknown } });
    expect([...named(samples, "lost_writes"), ...named(samples, "rpo_seconds")]).toEqual([]);
    expect(named(samples, "downtime_seconds")).toHaveLength(1);
  });

  test("has its lower bound in a metric of its own", () => {
    const run = neverBack("r1");
    const samples = of(run, exported("r2"));
    expect(run.verdict.measures.rto.censoredAtSeconds).toBeGreaterThan(5);
    expect(named(samples, "rto_at_least_seconds").map(({ labels, value }) => [labels.run, value])).toEqual([
      ["r1", run.verdict.measures.rto.censoredAtSeconds],
    ]);
    expect(named(samples, "rto_seconds").map(({ labels }) => labels.run)).toEqual(["r2"]);
    expect(named(samples, "downtime_seconds").map(({ labels }) => labels.run)).toEqual(["r2"]);
  });

  test("includes every figure of an inconclusive run", () => {
    expect(new Set(of(inconclusive("r1")).map(({ name }) => name))).toEqual(
      new Set(["fhirdrill_run_info", "fhirdrill_verdict", "fhirdrill_run_start_seconds"]),
    );
  });
});

test("without runs, the text still has its end mark", () => {
  expect(openmetricsText([]).split("\n").slice(-2)).toEqual(["# EOF", ""]);
});
