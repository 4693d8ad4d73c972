/** Turns a record into the columns that the page draws. Pure. */
import type { Facts } from "../../check/facts.ts";
import { FAIL, History, INFO, OK } from "../../model/columns/history.ts";
import type { LagProbe } from "../../model/record/probe.ts";
import type { RunRecord } from "../../model/record/record.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import { quantile } from "../../stats/quantiles.ts";
import { lanesOf } from "./lanes.ts";
import type { Columns, Span, Timeline } from "./page-data.ts";

/**
 * An outage of twice a bin's width leaves a whole bin empty, wherever it begins. If writes are so rare that narrow bins would
 * be empty without an outage, wide ones are used, and the silences distinguish the two.
 */
const [NARROW_MS, WIDE_MS] = [125, 250];
const WRITES_A_BIN = 2;
/** Over three hours at 125 ms. Beyond it, bins grow, so that the page stays at a few megabytes and opens at once. */
const MOST_BINS = 100_000;
/** The most outages that are drawn. */
const MOST_SPANS = 2000;

interface Grid {
  fromMs: number;
  binMs: number;
  bins: number;
}

export function timelineOf(record: RunRecord, facts: Facts, downtime: Measures["downtime"]): Timeline {
  const { run, events } = record;
  // Without a mapped clock, writes have no time on the drill's clock.
  const history = run.clock === null ? new History(run.seed, record.history.names) : record.history;
  const acksMs = history.length === 0 ? new Float64Array() : facts.acksMs;
  const grid = gridOf(record, history);
  const toMs = grid.fromMs + grid.bins * grid.binMs;
  const samples = record.probes.filter((probe) => probe.type === "replication-lag");
  const acts = events.filter(({ type }) => type === "fault" || type === "order" || type === "operator");
  const down = drawn(downtime.intervals, grid.binMs);
  const ends = down.flatMap((span) => [span.fromMs, span.toMs]);
  const silenceFromMs = acksMs.at(-1) ?? history.invokedMs[0] ?? 0;
  return {
    ...{ fromMs: grid.fromMs, toMs, binMs: grid.binMs },
    columns: {
      ...writesIn(grid, history),
      silentMs: silencesIn(grid, history, acksMs),
      heartbeatMs: lagIn(grid, samples, (sample) => sample.heartbeatMs),
      lsnBytes: lagIn(grid, samples, (sample) => sample.lsnBytes),
    },
    down,
    openFromMs: history.length > 0 && silenceFromMs < facts.loadEndMs ? silenceFromMs : null,
    disasterMs: facts.disaster?.beganMs ?? null,
    acts: [...acts.map(({ atMs }) => atMs), ...ends].toSorted((x, y) => x - y),
    lanes: lanesOf(record, downtime, toMs),
  };
}

/** If there are very many, the closest to each other are merged. */
function drawn(spans: readonly Span[], binMs: number): Span[] {
  let all = [...spans];
  for (let apartMs = binMs; all.length > MOST_SPANS; apartMs *= 2) {
    const wider: Span[] = [];
    for (const span of all) {
      const last = wider.at(-1);
      if (last !== undefined && span.fromMs - last.toMs < apartMs) last.toMs = span.toMs;
      else wider.push({ ...span });
    }
    all = wider;
  }
  return all;
}

function gridOf({ run, events }: RunRecord, { length, invokedMs, completedMs }: History): Grid {
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, 0];
  const take = (ms: number) => {
    firstMs = Math.min(firstMs, ms);
    lastMs = Math.max(lastMs, ms);
  };
  for (const { atMs } of events) take(atMs);
  for (let i = 0; i < length; i += 1) {
    take(invokedMs[i] as number);
    if (!Number.isNaN(completedMs[i])) take(completedMs[i] as number);
  }
  if (firstMs > lastMs) firstMs = lastMs;
  const { ratePerSecond } = run.scenario.load;
  let binMs = (ratePerSecond * NARROW_MS) / 1000 >= WRITES_A_BIN ? NARROW_MS : WIDE_MS;
  while ((lastMs - firstMs) / binMs > MOST_BINS) binMs *= 2;
  const fromMs = Math.floor(firstMs / binMs) * binMs;
  return { fromMs, binMs, bins: Math.floor((lastMs - fromMs) / binMs) + 1 };
}

type OfWrites = Omit<Columns, "silentMs" | "heartbeatMs" | "lsnBytes">;

function writesIn({ fromMs, binMs, bins }: Grid, history: History): OfWrites {
  const { length, outcome, invokedMs, completedMs } = history;
  const counts = () => new Array<number>(bins).fill(0);
  const [acknowledged, byA, byB, failed, unknown] = [counts(), counts(), counts(), counts(), counts()];
  const binOf = (ms: number) => Math.floor((ms - fromMs) / binMs);
  const add = (column: number[], bin: number) => {
    column[bin] = (column[bin] as number) + 1;
  };
  for (let i = 0; i < length; i += 1) {
    if (outcome[i] === OK) {
      const bin = binOf(completedMs[i] as number);
      add(acknowledged, bin);
      const by = history.servedByAt(i);
      if (by === "a") add(byA, bin);
      else if (by === "b") add(byB, bin);
    } else if (outcome[i] === FAIL) add(failed, binOf(invokedMs[i] as number));
    else if (outcome[i] === INFO) add(unknown, binOf(invokedMs[i] as number));
  }
  // All latencies in one column, those of a bin adjacent.
  const ends = new Uint32Array(bins);
  for (let bin = 0, sum = 0; bin < bins; bin += 1) {
    ends[bin] = sum;
    sum += acknowledged[bin] as number;
  }
  const took = new Float64Array(acknowledged.reduce((sum, count) => sum + count, 0));
  for (let i = 0; i < length; i += 1) {
    if (outcome[i] !== OK) continue;
    const bin = binOf(completedMs[i] as number);
    took[ends[bin] as number] = (completedMs[i] as number) - (invokedMs[i] as number);
    ends[bin] = (ends[bin] as number) + 1;
  }
  const latencies = acknowledged.map((count, bin) => {
    const end = ends[bin] as number;
    return took.subarray(end - count, end).sort();
  });
  return {
    ...{ acknowledged, byA, byB, failed, unknown },
    medianMs: latencies.map((sorted) => rounded(quantile(sorted, 0.5))),
    slowestMs: latencies.map((sorted) => rounded(sorted.at(-1) ?? null)),
  };
}

/** From the first write sent to the last. */
function silencesIn(
  { fromMs, binMs, bins }: Grid,
  { length, invokedMs }: History,
  acksMs: Float64Array,
): (number | null)[] {
  const silentMs = new Array<number | null>(bins).fill(null);
  if (length === 0) return silentMs;
  let beganMs = invokedMs[0] as number;
  const until = (endedMs: number) => {
    const lastedMs = Math.round(endedMs - beganMs);
    const last = Math.min(bins, Math.ceil((endedMs - fromMs) / binMs));
    for (let bin = Math.max(0, Math.floor((beganMs - fromMs) / binMs)); bin < last; bin += 1)
      silentMs[bin] = Math.max(silentMs[bin] ?? 0, lastedMs);
    beganMs = endedMs;
  };
  acksMs.forEach(until);
  const loadEndMs = invokedMs[length - 1] as number;
  if (loadEndMs > beganMs) until(loadEndMs);
  return silentMs;
}

/** A sample is valid until the next one. */
function lagIn(
  { fromMs, binMs, bins }: Grid,
  samples: readonly LagProbe[],
  figure: (sample: LagProbe) => number | null,
): (number | null)[] {
  const most = new Array<number | null>(bins).fill(null);
  let filled = 0;
  for (const [i, sample] of samples.entries()) {
    const value = figure(sample);
    const first = Math.max(0, Math.floor((sample.atMs - fromMs) / binMs));
    const end = Math.min(bins, Math.ceil(((samples[i + 1]?.atMs ?? sample.atMs + 1) - fromMs) / binMs));
    for (let bin = first; bin < end; bin += 1) {
      const before = bin < filled ? (most[bin] as number | null) : value;
      most[bin] = value === null || before === null ? null : Math.max(value, before);
    }
    filled = Math.max(filled, end);
  }
  return most.map(rounded);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
