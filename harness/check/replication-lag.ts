/**
 * Replication lag: how far the follower was behind the primary, by two measures, in each part of the run (`phases`).
 * Heartbeat age: milliseconds since the newest row that the primary stamped and the follower holds. LSN distance: bytes
 * of WAL that the follower has not confirmed. PostgreSQL's own `replay_lag` is not used: it freezes when the follower
 * falls silent, and then vanishes.
 *
 * A look tells of the time until the next one. Where it could not tell, nobody knows how large the lag was: that time is
 * counted as unknown and is in no quantile, for a lag that nobody can read is usually the largest. A measure, not a
 * promise.
 *
 * Unit: milliseconds and bytes.
 * Not examined: nobody ever saw how large it was; or there is no baseline, or what ends it never came.
 * No objective: always else.
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
    const parts = phasesOf(record, facts);
    if (parts === null) return { verdict: "not-examined", reason: "there is no baseline or no fault" };
    const looks = record.probes.filter((probe) => probe.type === "replication-lag");
    const lagsIn = ({ fromMs, toMs }: Phase) => {
      const part = { fromMs, toMs: Math.min(toMs, Math.max(fromMs, facts.loadEndMs)) };
      return {
        heartbeatMs: lagIn(looks, part, (look) => look.heartbeatMs),
        lsnBytes: lagIn(looks, part, (look) => look.lsnBytes),
      };
    };
    const measures = {
      replicationLag: { before: lagsIn(parts.before), during: lagsIn(parts.during), after: lagsIn(parts.after) },
    };
    const { before, during, after } = measures.replicationLag;
    const isDisaster = record.run.scenario.disaster !== null;
    const reason = [
      `the newest heartbeat on the follower was at most ${said(before.heartbeatMs)} old before`,
      `${said(during.heartbeatMs)} ${isDisaster ? "until service was back" : "meanwhile"}`,
      `${said(after.heartbeatMs)} afterwards`,
    ].join(", ");
    return { verdict: wasSeen(measures.replicationLag) ? "no-objective" : "not-examined", reason, measures };
  },
};

function wasSeen(lags: Measures["replicationLag"]): boolean {
  return Object.values(lags).some(({ heartbeatMs, lsnBytes }) => heartbeatMs.count + lsnBytes.count > 0);
}

function lagIn(looks: readonly LagProbe[], part: Phase, figure: (look: LagProbe) => number | null): LagMeasure {
  const known: number[] = [];
  let knownMs = 0;
  for (const [i, look] of looks.entries()) {
    const value = figure(look);
    const [fromMs, toMs] = [look.atMs, looks[i + 1]?.atMs ?? look.atMs];
    if (value === null) continue;
    if (fromMs >= part.fromMs && fromMs < part.toMs) known.push(value);
    knownMs += Math.max(0, Math.min(toMs, part.toMs) - Math.max(fromMs, part.fromMs));
  }
  const max = known.length === 0 ? null : known.reduce((most, value) => Math.max(most, value));
  // There is no time after what never ended.
  const unknownSeconds = part.fromMs === Number.POSITIVE_INFINITY ? null : (part.toMs - part.fromMs - knownMs) / 1000;
  return { ...quantiles(known), max, unknownSeconds };
}

function said({ max, unknownSeconds }: LagMeasure): string {
  const unknown = unknownSeconds !== null && unknownSeconds >= 1 ? ` (unknown for ${unknownSeconds.toFixed(1)} s)` : "";
  return `${inMs(max)}${unknown}`;
}
