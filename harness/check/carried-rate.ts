/**
 * Carried rate: the highest rate that the service carried, where the load's rate changes by plan. Each stretch of the
 * load with a constant rate, up to where the rate falls again, is judged by itself; if a disaster was planned, only
 * from when service was back for good (`recovery`), so that it is the rate of the site that took over.
 *
 * Carried: of the writes planned for that time, 95 % were acknowledged, each within the operator's probe timeout: a
 * slower service would look lost to an operator. A warm-up asks the same of a service before a load begins. The highest
 * rate is that of the last stretch up to which all were carried. A stretch of less than two seconds, or of which the
 * generator sent less than 95 %, says nothing about the service, and neither does any after it. It is a measure, not a
 * promise; downtime and RTO report what an overload cost.
 *
 * Unit: writes a second.
 * Inconclusive: there is no baseline, or the rate rose before service was back for good; otherwise a rate could be
 * reported as carried above one that was not.
 * No objective: always otherwise; and if the load's rate is constant.
 */
import { type History, OK } from "../model/columns/history.ts";
import { hasShape } from "../model/plan/scenario.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Measures } from "../model/verdict/verdict.ts";
import { quantile } from "../stats/quantiles.ts";
import type { Checker } from "./checker.ts";
import { countBelow, type Facts } from "./facts.ts";
import { type PlannedStage, plannedStages } from "./pace.ts";
import { recoveryOf } from "./recovery.ts";

const CARRIED_SHARE = 0.95;
const LEAST_MS = 2000;

type Level = Measures["carriedRate"]["levels"][number];

export const carriedRate: Checker = {
  name: "carried-rate",
  needsTimes: true,
  check: (record, facts) => {
    const { load } = record.run.scenario;
    if (!hasShape(load)) return { verdict: "no-objective", reason: "the load's rate is constant" };
    const sinceMs = serviceBackMs(record, facts);
    if (sinceMs === null) return { verdict: "inconclusive", reason: "service was not back before the rate rose" };
    const stages = levelsOf(plannedStages(record));
    const rise = stages.find(({ from }) => from > load.ratePerSecond);
    if (rise === undefined || sinceMs > rise.fromMs)
      return { verdict: "inconclusive", reason: "service was not back before the rate rose" };
    const withinMs = record.run.config.operator.probeTimeoutMs;
    const levels = stages
      .map((stage) => ({ ...stage, fromMs: Math.max(stage.fromMs, sinceMs) }))
      .filter(({ fromMs, toMs }) => toMs - fromMs >= LEAST_MS)
      .map((stage) => levelIn(record.history, stage, withinMs));
    const first = levels.findIndex(({ carried }) => carried !== true);
    const highest = (first < 0 ? levels.at(-1) : levels[first - 1])?.ratePerSecond ?? null;
    const measures = { carriedRate: { highest, levels } };
    const texts = [
      highest === null ? "the service did not carry any rate" : `the service carried ${highest} writes/s`,
      first < 0 ? "the highest that was planned" : whyNot(levels[first] as Level, withinMs),
    ];
    return { verdict: "no-objective", reason: texts.join("; "), evidence: levels.map(levelText), measures };
  },
};

/** When service was back, or the beginning of the baseline without a disaster; `null` if it never was. */
function serviceBackMs(record: RunRecord, facts: Facts): number | null {
  const { baseline, disaster } = facts;
  if (baseline === null) return null;
  if (record.run.scenario.disaster === null) return baseline.fromMs;
  return disaster && recoveryOf(record, facts, disaster, baseline).backMs;
}

/** The stages of constant rate, up to the first fall. */
function levelsOf(stages: readonly PlannedStage[]): PlannedStage[] {
  const fall = stages.findIndex(({ from }, i) => from < (stages[i - 1]?.to ?? from));
  return stages.slice(0, fall < 0 ? stages.length : fall).filter(({ from, to }) => from === to);
}

function levelIn(history: History, { from: ratePerSecond, fromMs, toMs }: PlannedStage, withinMs: number): Level {
  const { length, outcome, invokedMs, completedMs } = history;
  const sentMs = invokedMs.subarray(0, length);
  const [first, end] = [countBelow(sentMs, fromMs), countBelow(sentMs, toMs)];
  // A write may be due at the very instant of either end.
  const planned = Math.max(1, Math.floor(((toMs - fromMs) * ratePerSecond) / 1000) - 1);
  const took: number[] = [];
  for (let i = first; i < end; i += 1)
    if (outcome[i] === OK) took.push((completedMs[i] as number) - (invokedMs[i] as number));
  const sent = end - first;
  const inTime = took.filter((ms) => ms <= withinMs).length;
  const p95Ms = quantile(Float64Array.from(took).sort(), 0.95);
  const wasSent = sent >= CARRIED_SHARE * planned;
  const carried = wasSent ? inTime >= CARRIED_SHARE * planned : null;
  return { ratePerSecond, planned, sent, acknowledged: took.length, inTime, p95Ms, carried };
}

function whyNot({ ratePerSecond, planned, sent, inTime, carried }: Level, withinMs: number): string {
  const percent = (count: number) => `${((100 * count) / planned).toFixed(1)} %`;
  if (carried === null) return `${ratePerSecond} is not known: the generator sent ${percent(sent)} of what was planned`;
  return `not ${ratePerSecond}: ${percent(inTime)} of what was planned was acknowledged within ${withinMs} ms`;
}

function levelText({ ratePerSecond, planned, sent, acknowledged, inTime, p95Ms }: Level): string {
  const latency = p95Ms === null ? "" : `, 95 % of these within ${p95Ms.toFixed(0)} ms`;
  return `${ratePerSecond} writes/s: ${planned} planned, ${sent} sent, ${acknowledged} acknowledged${latency}, ${inTime} in time`;
}
