/**
 * Redundancy restored: from the first act of the fault until one site again follows the other as closely as B followed
 * A before, whichever of them leads by then, and keeps doing so to the end, in seconds. Closely: the age of the newest
 * heartbeat on the follower is no more than its worst in the baseline plus the interval between two samples, which is
 * the resolution of that age. Samples during a planned switchover do not count: by plan, no site follows then.
 *
 * It counts only if the audit proves, version by version and by content, that both sites hold the same at the end;
 * otherwise redundancy was not restored for as long as it was sampled, however small the lag.
 *
 * Unit: seconds.
 * Broken: it took longer than the objective `redundancySeconds`, or had taken longer at the last sample.
 * Inconclusive: promised, but not restored at the last sample, which came before the objective's end; or promised, but
 * what it is measured by is not known.
 * Not examined: the configuration promises none, and what it is measured by is not known.
 * No objective: the configuration promises none, or no disaster was planned.
 */
import type { ProbeLine } from "../model/record/probe.ts";
import type { Checker } from "./checker.ts";
import { divergenceOf } from "./divergence.ts";
import { NO_DISASTER } from "./no-disaster.ts";
import { switchoversIn } from "./switchover.ts";

type Lag = Extract<ProbeLine, { type: "replication-lag" }>;

export const redundancy: Checker = {
  name: "redundancy",
  needs: ["postgres"],
  check: (record, facts) => {
    const objective = record.run.config.objectives.redundancySeconds;
    const unknown = objective === null ? "not-examined" : "inconclusive";
    const { disaster, baseline } = facts;
    if (record.run.scenario.disaster === null) return NO_DISASTER;
    if (disaster === null || baseline === null) return { verdict: unknown, reason: "there is no baseline or no fault" };
    const differs = divergenceOf(record, facts);
    if (differs === null) return { verdict: unknown, reason: "what one of the two sites holds is not known" };
    const changes = switchoversIn(record.events);
    const lags = record.probes.filter(
      (probe) =>
        probe.type === "replication-lag" &&
        !changes.some(({ fromMs, toMs }) => probe.atMs >= fromMs && probe.atMs <= toMs),
    ) as Lag[];
    const before = lags.filter((lag) => lag.atMs >= baseline.fromMs && lag.atMs < baseline.toMs);
    const [first, last] = [before[0]?.atMs ?? Number.NaN, before.at(-1)?.atMs ?? Number.NaN];
    const intervalMs = (last - first) / (before.length - 1);
    const closelyMs = Math.max(...before.map((lag) => lag.heartbeatMs ?? Number.POSITIVE_INFINITY)) + intervalMs;
    const sampledMs = lags.at(-1)?.atMs;
    if (!Number.isFinite(closelyMs) || sampledMs === undefined)
      return { verdict: unknown, reason: "how far the follower lagged before the fault is not known" };
    const equal = differs.onlyServing + differs.onlyOther + differs.different === 0;
    const sinceMs = equal ? followedSinceMs(lags, closelyMs, disaster.injectedMs) : null;
    if (sinceMs === null) {
      const censoredAtSeconds = Math.max(0, (sampledMs - disaster.beganMs) / 1000);
      const why = equal
        ? `${facts.other.toUpperCase()} still lagged behind ${facts.serving.toUpperCase()}`
        : "the two sites hold different content";
      const reason = `${why} ${censoredAtSeconds.toFixed(1)} s after the fault`;
      const measures = { redundancy: { seconds: null, censoredAtSeconds } };
      if (objective === null) return { verdict: "no-objective", reason, measures };
      return { verdict: censoredAtSeconds > objective ? "broken" : "inconclusive", reason, measures };
    }
    const seconds = (sinceMs - disaster.beganMs) / 1000;
    const measures = { redundancy: { seconds, censoredAtSeconds: null } };
    const promised = objective === null ? "" : `; the objective is ${objective} s`;
    const reason = `the two sites were equal again ${seconds.toFixed(3)} s after the fault${promised}`;
    if (objective === null) return { verdict: "no-objective", reason, measures };
    const isLate = seconds > objective;
    return { verdict: isLate ? "broken" : "holds", reason, measures, isLate };
  },
};

/** The first sample since the fault from which on the follower kept up; `null` if it did not in the last one. */
function followedSinceMs(lags: readonly Lag[], closelyMs: number, faultMs: number): number | null {
  let sinceMs: number | null = null;
  for (const { atMs, heartbeatMs } of lags) {
    if (atMs < faultMs) continue;
    if (heartbeatMs === null || heartbeatMs > closelyMs) sinceMs = null;
    else sinceMs ??= atMs;
  }
  return sinceMs;
}
