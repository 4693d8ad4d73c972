/**
 * RTO measured: from the first act of the fault to the first write of a *sustained* run of acknowledged writes: 20 in a
 * row, in the order in which they were sent, and at least 95 % of the baseline's rate over the time after it, without a
 * second of silence in it. "Reachable" is not enough: a server can answer for seconds with errors only. Nor is the rate: a
 * write that slips through before the fault bites, and many held back and answered all at once, would make one.
 *
 * Right-censored when no such run came before the load ended: then it is "more than", and no figure.
 *
 * The split is by the operator's own steps: detect (fault → it knew), switch (→ the proxy was latched to the other
 * side), resume (→ the first write of the sustained run). They add up to the whole.
 */
import type { Operation } from "../model/operation.ts";
import type { Checker } from "./checker.ts";
import { outages, SILENCE_MS } from "./downtime.ts";
import { baselineRate, type Facts } from "./facts.ts";

const IN_A_ROW = 20;
const RATE_SHARE = 0.95;
/** The rate is looked at over this long: shorter, and 20 writes that had piled up would pass for a rate. */
const RATE_WINDOW_MS = 2000;

export const rto: Checker = {
  name: "rto",
  check: (record, facts) => {
    const { disaster } = facts;
    if (disaster === null) return { verdict: "inconclusive", reason: "the fault was never injected" };
    const rate = baselineRate(record, facts);
    if (rate === null || rate === 0)
      return { verdict: "inconclusive", reason: "there is no baseline rate to come back to" };
    const objective = record.run.config.objectives.rtoSeconds;
    const resumedMs = serviceBackMs(record.operations, disaster.beganMs, rate, facts.loadEndMs);
    if (resumedMs === null) {
      const censoredAtSeconds = Math.max(0, (facts.loadEndMs - disaster.beganMs) / 1000);
      const reason = `writes had not resumed ${censoredAtSeconds.toFixed(1)} s after the fault, when the load ended; the objective is ${objective} s`;
      const measures = { rto: { seconds: null, censoredAtSeconds, detect: null, switch: null, resume: null } };
      return { verdict: censoredAtSeconds > objective ? "broken" : "inconclusive", reason, measures };
    }
    const seconds = (resumedMs - disaster.beganMs) / 1000;
    const measures = { rto: { seconds, censoredAtSeconds: null, ...split(facts, disaster.beganMs, resumedMs) } };
    const reason = `writes resumed ${seconds.toFixed(3)} s after the fault; the objective is ${objective} s`;
    return { verdict: seconds <= objective ? "holds" : "broken", reason, measures };
  },
};

/**
 * When service was back after the fault: not before the outage that the fault brought has begun, for a fault may take its
 * time to bite, and the last good seconds before it are no recovery. With no outage at all, it was never away.
 */
export function serviceBackMs(
  operations: readonly Operation[],
  faultMs: number,
  ratePerSecond: number,
  loadEndMs: number,
): number | null {
  const since = operations.filter((op) => op.invokedMs >= faultMs);
  const outage = outages(since, loadEndMs).intervals[0];
  return sustainedAckMs(operations, outage?.fromMs ?? faultMs, ratePerSecond, loadEndMs);
}

/** `operations` in the order of sending. The time of the acknowledgement that begins the first sustained run. */
function sustainedAckMs(
  operations: readonly Operation[],
  fromMs: number,
  ratePerSecond: number,
  loadEndMs: number,
): number | null {
  const acks = operations.filter((op) => op.outcome === "ok").map((op) => op.completedMs as number);
  acks.sort((x, y) => x - y);
  let inARow = 0;
  for (let i = operations.length - 1, resumed: number | null = null; ; i -= 1) {
    const op = operations[i];
    if (op === undefined || op.invokedMs < fromMs) return resumed;
    inARow = op.outcome === "ok" ? inARow + 1 : 0;
    const ackMs = op.completedMs ?? Number.POSITIVE_INFINITY;
    if (inARow < IN_A_ROW || ackMs + RATE_WINDOW_MS > loadEndMs) continue;
    const from = countBelow(acks, ackMs);
    const to = countBelow(acks, ackMs + RATE_WINDOW_MS);
    const silent = acks.slice(from, to).some((ms, k) => (acks[from + k + 1] ?? loadEndMs) - ms >= SILENCE_MS);
    if (!silent && ((to - from) * 1000) / RATE_WINDOW_MS >= RATE_SHARE * ratePerSecond) resumed = ackMs;
  }
}

function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function split(
  facts: Facts,
  faultMs: number,
  resumedMs: number,
): { detect: number | null; switch: number | null; resume: number | null } {
  const { detected, latched } = facts.operator;
  // What was done before this fault was not done because of it.
  if (!detected || !latched || detected.atMs < faultMs) return { detect: null, switch: null, resume: null };
  // The operator's stamps follow its acts by some milliseconds, in which the first write may already be through.
  const detectedMs = Math.min(detected.atMs, resumedMs);
  const latchedMs = Math.min(latched.atMs, resumedMs);
  const seconds = (fromMs: number, toMs: number) => (toMs - fromMs) / 1000;
  return {
    detect: seconds(faultMs, detectedMs),
    switch: seconds(detectedMs, latchedMs),
    resume: seconds(latchedMs, resumedMs),
  };
}
