/**
 * Replication lag: how far the follower was behind the primary, by two measures, in each phase of the run (`phases`).
 * Heartbeat age: milliseconds since the newest row that the primary stamped and the follower holds. LSN distance:
 * bytes of WAL that the follower has not confirmed. PostgreSQL's own `replay_lag` is not used: it freezes when the
 * follower falls silent, and then vanishes.
 *
 * A sample stands for the time until the next one. If it could not be read, the lag of that time is unknown: the time
 * is counted as unknown and is in no quantile, because a lag that cannot be read is usually the largest. A measure,
 * not a promise.
 *
 * Unit: milliseconds and bytes.
 * Not examined: no sample could be read; or there is no baseline, or what ends it never came.
 * No objective: in all other cases.
 */
import type { LagProbe } from "../model/record/probe.ts";
import type { LagMeasure, Measures } from "../model/verdict/verdict.ts";
import { quantiles } from "../stats/quantiles.ts";
import type { Checker } from "./checker.ts";
import { inMs } from "./latency.ts";
import { type Phase, phasesOf } from "./phases.ts";

export const replicationLag: Checker = {
  name: "replication-lag",
  needs: ["lag"],
  needsTimes: true,
  check: (record, facts) => {
    const phases = phasesOf(record, facts);
    if (phases === null) return { verdict: "not-examined", reason: "there is no baseline or no fault" };
    const samples = record.probes.filter((probe) => probe.type === "replication-lag");
    const lagsIn = ({ fromMs, toMs }: Phase) => {
      const phase = { fromMs, toMs: Math.min(toMs, Math.max(fromMs, facts.loadEndMs)) };
      return {
        heartbeatMs: lagIn(samples, phase, (sample) => sample.heartbeatMs),
        lsnBytes: lagIn(samples, phase, (sample) => sample.lsnBytes),
      };
    };
    const measures = {
      replicationLag: { before: lagsIn(phases.before), during: lagsIn(phases.during), after: lagsIn(phases.after) },
    };
    const { before, during, after } = measures.replicationLag;
    const isDisaster = record.run.scenario.disaster !== null;
    const reason = [
      `the newest heartbeat on the follower was at most ${formatLag(before.heartbeatMs)} old before`,
      `${formatLag(during.heartbeatMs)} ${isDisaster ? "until service was back" : "meanwhile"}`,
      `${formatLag(after.heartbeatMs)} afterwards`,
    ].join(", ");
    return { verdict: wasSeen(measures.replicationLag) ? "no-objective" : "not-examined", reason, measures };
  },
};

function wasSeen(lags: Measures["replicationLag"]): boolean {
  return Object.values(lags).some(({ heartbeatMs, lsnBytes }) => heartbeatMs.count + lsnBytes.count > 0);
}

function lagIn(samples: readonly LagProbe[], phase: Phase, figure: (sample: LagProbe) => number | null): LagMeasure {
  const known: number[] = [];
  let knownMs = 0;
  for (const [i, sample] of samples.entries()) {
    const value = figure(sample);
    const [fromMs, toMs] = [sample.atMs, samples[i + 1]?.atMs ?? sample.atMs];
    if (value === null) continue;
    if (fromMs >= phase.fromMs && fromMs < phase.toMs) known.push(value);
    knownMs += Math.max(0, Math.min(toMs, phase.toMs) - Math.max(fromMs, phase.fromMs));
  }
  const max = known.length === 0 ? null : known.reduce((most, value) => Math.max(most, value));
  // A phase after one that never ended has no length.
  const unknownSeconds =
    phase.fromMs === Number.POSITIVE_INFINITY ? null : (phase.toMs - phase.fromMs - knownMs) / 1000;
  return { ...quantiles(known), max, unknownSeconds };
}

function formatLag({ max, unknownSeconds }: LagMeasure): string {
  const unknown = unknownSeconds !== null && unknownSeconds >= 1 ? ` (unknown for ${unknownSeconds.toFixed(1)} s)` : "";
  return `${inMs(max)}${unknown}`;
}
