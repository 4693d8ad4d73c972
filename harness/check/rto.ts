/**
 * RTO measured: from the first act of the fault to the first write of a *sustained* run of acknowledged writes: 20 in a
 * row, in the order in which they were sent, and in the two seconds after its acknowledgement at least 95 % of the
 * baseline's rate, no second of silence, and of the writes sent in them at least 95 % acknowledged. "Reachable" is not
 * enough: a server can answer for seconds with errors only. Nor is the rate: a write that slips through before the fault
 * bites, and many held back and answered all at once, would make one. Nor are these 20 in a row: held back, they may all
 * be answered by a server that is given up the moment after.
 *
 * An earlier fault of the scenario may have stopped the writes already, and the failover be over when the disaster comes,
 * which then meets a side that no longer serves. So an outage that goes on at the disaster, or in which the operator gave
 * the side up, has a clock of its own, from its beginning, and the slower of the two to be over counts. One that began
 * less than a second before the disaster is taken for the disaster's, which meets writes in flight, too.
 *
 * Right-censored when no such run came before the load ended: then it is "more than", and no figure.
 *
 * The split is by the operator's own steps: detect (fault → it knew), switch (→ the proxy was latched to the other
 * side), resume (→ the first write of the sustained run). They add up to the whole.
 *
 * Unit: seconds.
 * Broken: it is above the objective `rtoSeconds`; right-censored, when it is more than that already.
 * Inconclusive: right-censored below the objective; or the fault was never injected, or there is no baseline to come
 * back to.
 * Unasked: no disaster was planned.
 */
import type { DrillEvent } from "../model/event.ts";
import { type History, OK } from "../model/history.ts";
import type { Interval } from "../stats/intervals.ts";
import type { Checker } from "./checker.ts";
import { outages, SILENCE_MS } from "./downtime.ts";
import { countBelow, type Facts, isFirstAct } from "./facts.ts";
import { NO_DISASTER } from "./no-disaster.ts";

const IN_A_ROW = 20;
const RATE_SHARE = 0.95;
/** What comes after is looked at over this long: shorter, and 20 writes that had piled up would pass for a rate. */
const WINDOW_MS = 2000;

export const rto: Checker = {
  name: "rto",
  check: ({ history, run, events }, facts) => {
    const { disaster, baseline } = facts;
    if (run.scenario.disaster === null) return NO_DISASTER;
    if (disaster === null) return { verdict: "inconclusive", reason: "the fault was never injected" };
    if (baseline === null || baseline.ratePerSecond === 0)
      return { verdict: "inconclusive", reason: "there is no baseline rate to come back to" };
    const objective = run.config.objectives.rtoSeconds;
    const clocks = [...startsBefore(history, facts, events, disaster.beganMs), disaster.beganMs].map((fromMs) => ({
      fromMs,
      resumedMs: serviceBackMs(history, facts, fromMs, baseline.ratePerSecond),
    }));
    const { fromMs, resumedMs } = clocks.reduce((slowest, clock) =>
      tookMs(clock) > tookMs(slowest) ? clock : slowest,
    );
    const since = fromMs === disaster.beganMs ? "the fault" : "they had stopped, before the disaster itself";
    if (resumedMs === null) {
      const censoredAtSeconds = Math.max(0, (facts.loadEndMs - fromMs) / 1000);
      const reason = `writes had not resumed ${censoredAtSeconds.toFixed(1)} s after ${since}, when the load ended; the objective is ${objective} s`;
      const measures = { rto: { seconds: null, censoredAtSeconds, detect: null, switch: null, resume: null } };
      return { verdict: censoredAtSeconds > objective ? "broken" : "inconclusive", reason, measures };
    }
    const seconds = (resumedMs - fromMs) / 1000;
    const measures = { rto: { seconds, censoredAtSeconds: null, ...split(facts, fromMs, resumedMs) } };
    const reason = `writes resumed ${seconds.toFixed(3)} s after ${since}; the objective is ${objective} s`;
    return { verdict: seconds <= objective ? "holds" : "broken", reason, measures };
  },
};

/** Of outages that earlier faults brought, and that the failover answers. */
function startsBefore(history: History, facts: Facts, events: readonly DrillEvent[], disasterMs: number): number[] {
  const firstMs = events.find(isFirstAct)?.atMs ?? disasterMs;
  const { detected } = facts.operator;
  const answered = ({ fromMs, toMs }: Interval) =>
    toMs > disasterMs || (detected !== undefined && fromMs < detected.atMs && detected.atMs < toMs);
  const before = outages(history, facts, firstMs).intervals.filter(({ fromMs }) => fromMs <= disasterMs - SILENCE_MS);
  return before.filter(answered).map(({ fromMs }) => fromMs);
}

/** One that never resumed took longest. */
function tookMs({ fromMs, resumedMs }: { fromMs: number; resumedMs: number | null }): number {
  return (resumedMs ?? Number.POSITIVE_INFINITY) - fromMs;
}

/**
 * When service was back after the fault: not before the outage that the fault brought has begun, for a fault may take its
 * time to bite, and the last good seconds before it are no recovery. With no outage at all, it was never away.
 */
export function serviceBackMs(history: History, facts: Facts, faultMs: number, ratePerSecond: number): number | null {
  const outage = outages(history, facts, faultMs).intervals[0];
  return sustainedAckMs(history, facts, outage?.fromMs ?? faultMs, ratePerSecond);
}

/** The time of the acknowledgement that begins the first sustained run. */
function sustainedAckMs(
  { length, outcome, invokedMs, completedMs }: History,
  { acksMs, loadEndMs }: Facts,
  fromMs: number,
  ratePerSecond: number,
): number | null {
  const silentFrom = acksBeforeSilence(acksMs, loadEndMs);
  const sentMs = invokedMs.subarray(0, length);
  let rowEnd = 0;
  for (let i = countBelow(sentMs, fromMs); i < length; i += 1) {
    rowEnd = Math.max(rowEnd, i);
    while (rowEnd < length && outcome[rowEnd] === OK) rowEnd += 1;
    const ackMs = completedMs[i] as number;
    const endMs = ackMs + WINDOW_MS;
    if (rowEnd - i < IN_A_ROW || endMs > loadEndMs) continue;
    const [from, to] = [countBelow(acksMs, ackMs), countBelow(acksMs, endMs)];
    const silent = countBelow(silentFrom, to) > countBelow(silentFrom, from);
    if (silent || ((to - from) * 1000) / WINDOW_MS < RATE_SHARE * ratePerSecond) continue;
    const sent = outcome.subarray(countBelow(sentMs, ackMs), countBelow(sentMs, endMs));
    const acknowledged = sent.filter((each) => each === OK).length;
    if (acknowledged >= RATE_SHARE * sent.length) return ackMs;
  }
  return null;
}

/** Places, among the acknowledgements, of those after which the next was a second or more in coming. */
function acksBeforeSilence(acksMs: Float64Array, loadEndMs: number): number[] {
  const places: number[] = [];
  for (let k = 0; k < acksMs.length; k += 1)
    if ((acksMs[k + 1] ?? loadEndMs) - (acksMs[k] as number) >= SILENCE_MS) places.push(k);
  return places;
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
