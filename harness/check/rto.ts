/**
 * RTO measured: from the first act of the fault until service is back for good (`recovery`): from then on the writes
 * that are sent are served, every kind of them, at the baseline's rate and until the load ends. Service is not back
 * while more than 5 % of any two seconds of writes, or of any kind of them, are not acknowledged in time, or none is
 * for a second (`away`); outages that begin later by themselves are part of it, including the good seconds between
 * them.
 *
 * If an outage was open when the disaster came, RTO counts from the beginning of that outage. If an outage was over
 * before the disaster, and the operator had begun its failover during it, the disaster hit a site that no longer
 * served, and the slower of the two counts.
 *
 * Later: what was not over at RTO's end. An outage caused by another act of the schedule has a clock of its own, from
 * the act on; so has the disaster's own, if one before it was slower. Each time in which some writes were missed, but
 * which was no outage, is listed too. Last end: when the last of all these was over.
 *
 * Slow: writes that were sent after RTO's end and outside the later outages, and were acknowledged a second or more
 * later than the median write of the baseline, or after two. They are no outage, since their clients got an answer;
 * they are counted separately, with the time at which the last of them was answered.
 *
 * Right-censored when service was not back for good before the load ended: then it is "more than", and no figure.
 *
 * The split is by the steps of the failover that began in that time: detect (fault → the operator knew, or the lock of
 * Patroni's primary was seen to be gone), switch (→ the proxy was routed to the other site, or its server was seen as
 * the primary), resume (→ back for good). They add up to the whole.
 *
 * Still failing: of any 500 writes in a row that were sent after RTO's end and in no outage, more than 1 % failed, and
 * five at least; what failed in the baseline comes on top of that (`still-failing`).
 *
 * Outages that were over before the disaster are held against the same objective, each by its own clock; those with
 * less than ten good seconds between them are one. In a run without a disaster the clock starts with the first act.
 *
 * Unit: seconds.
 * Broken: it is above the objective `rtoSeconds`, or another outage is, by its own clock; right-censored, when it is
 * more than that already; or writes were still failing when the objective had passed.
 * Inconclusive: one of them is right-censored below the objective; or writes were still failing after RTO's end; or the
 * fault was never injected, or there is no baseline to come back to; or k6's clock cannot be mapped to the drill's.
 * No objective: no disaster was planned, and no outage was longer than the objective.
 */
import { type History, OK } from "../model/columns/history.ts";
import { failsOverByItself } from "../model/plan/config.ts";
import type { OperatorEvent, StepName } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { type Measures, NO_RTO } from "../model/verdict/verdict.ts";
import type { Interval } from "../stats/intervals.ts";
import type { Checker, Finding } from "./checker.ts";
import { countBelow, type Disaster, type Facts } from "./facts.ts";
import { failoversIn } from "./failovers.ts";
import { describeFailing, describeLater, isLonger, isOver, secondsOf, wordOfLater } from "./later-outages.ts";
import { outagesWithoutDisaster } from "./no-disaster.ts";
import { isOutage, type LaterOutage, recoveryOf } from "./recovery.ts";
import { failingAfter } from "./still-failing.ts";

/** A write is slow from this long before it would count as not served. */
const SLOW_BEFORE_MS = 1000;

export const rto: Checker = {
  name: "rto",
  needsTimes: true,
  check: (record, facts) => {
    const { disaster, baseline, loadEndMs } = facts;
    if (record.run.scenario.disaster === null) return outagesWithoutDisaster(record, facts);
    if (disaster === null) return { verdict: "inconclusive", reason: "the fault was never injected" };
    if (baseline === null || baseline.ratePerSecond === 0)
      return { verdict: "inconclusive", reason: "there is no baseline rate to come back to" };
    const objective = record.run.config.objectives.rtoSeconds;
    const recovery = recoveryOf(record, facts, disaster, baseline);
    const earlier = recovery.earlier.map((span) => `an outage before the disaster took ${secondsOf(span)} s`);
    const wasLong = [...recovery.before, ...recovery.earlier].some((span) => isLonger(span, objective));
    // A recovery that never came took longest.
    if (recovery.backMs === null) {
      const never = censored((loadEndMs - recovery.fromMs) / 1000, objective, sinceWhat(recovery, disaster));
      const verdict = wasLong ? "broken" : never.verdict;
      return { ...never, verdict, reason: [...earlier, never.reason].join("; ") };
    }
    const own = { fromMs: recovery.fromMs, toMs: recovery.backMs };
    const slowest = [...recovery.before, own].reduce((slower, clock) =>
      tookMs(clock) > tookMs(slower) ? clock : slower,
    );
    const { fromMs, toMs: backMs } = slowest;
    const seconds = (backMs - fromMs) / 1000;
    const later = [...outagesAfter(backMs, recovery.before, recovery.wasAway ? [own] : []), ...recovery.later];
    const lastEndSeconds = (Math.max(backMs, ...later.map(({ toMs }) => toMs)) - fromMs) / 1000;
    const slow = slowSince(recovery.backMs, later, record.history, facts);
    const slowUntilSeconds = slow.untilMs === null ? null : (slow.untilMs - fromMs) / 1000;
    const measures = {
      rto: {
        ...{ seconds, censoredAtSeconds: null, ...splitOf(record, fromMs, backMs) },
        ...{ lastEndSeconds, later, slowWrites: slow.count, slowUntilSeconds },
      },
    };
    const failing = failingAfter(recovery, record.history, baseline);
    const findings = [
      `writes resumed for good ${seconds.toFixed(3)} s after ${sinceWhat(slowest, disaster)}`,
      ...earlier,
      ...describeLater(later, recovery.open),
      ...describeFailing(failing, recovery.fromMs),
      ...(slowUntilSeconds === null
        ? []
        : [`${slow.count} writes after it were slow, the last until ${slowUntilSeconds.toFixed(3)} s`]),
    ];
    const verdict =
      wasLong || isLonger(slowest, objective) ? "broken" : wordOfLater({ ...recovery, later }, failing, objective);
    const reason = `${findings.join("; ")}; the objective is ${objective} s`;
    return { verdict, reason, measures, isLate: verdict === "broken" && isOver(recovery, failing) };
  },
};

function tookMs({ fromMs, toMs }: Interval): number {
  return toMs - fromMs;
}

function sinceWhat({ fromMs }: { fromMs: number }, { beganMs }: Disaster): string {
  return fromMs === beganMs
    ? "the fault"
    : `writes had stopped, ${((beganMs - fromMs) / 1000).toFixed(3)} s before the disaster itself`;
}

/** The clocks that RTO is not read from and that ran on after it. */
function outagesAfter(ms: number, before: readonly Interval[], own: readonly Interval[]): LaterOutage[] {
  const withCause = (spans: readonly Interval[], cause: string) =>
    spans.filter(({ toMs }) => toMs > ms).map((span) => ({ ...span, cause }));
  return [...withCause(before, "stop of writes before it"), ...withCause(own, "disaster itself")];
}

function censored(seconds: number, objective: number, since: string): Finding {
  const censoredAtSeconds = Math.max(0, seconds);
  const reason = `writes had not resumed for good ${censoredAtSeconds.toFixed(1)} s after ${since}, when the load ended; the objective is ${objective} s`;
  const verdict = censoredAtSeconds > objective ? "broken" : "inconclusive";
  return { verdict, reason, measures: { rto: { ...NO_RTO, censoredAtSeconds } } };
}

/** Slow writes that were sent then or later, and in no later outage. */
function slowSince(
  sinceMs: number,
  later: readonly LaterOutage[],
  { length, invokedMs, completedMs, outcome }: History,
  { servedWithinMs }: Facts,
): { count: number; untilMs: number | null } {
  let count = 0;
  let untilMs: number | null = null;
  for (let i = countBelow(invokedMs.subarray(0, length), sinceMs); i < length; i += 1) {
    const [sentMs, ackMs] = [invokedMs[i] as number, completedMs[i] as number];
    if (outcome[i] !== OK || ackMs - sentMs < servedWithinMs - SLOW_BEFORE_MS) continue;
    if (later.some((span) => isOutage(span) && span.fromMs <= sentMs && sentMs <= span.toMs)) continue;
    count += 1;
    untilMs = Math.max(untilMs ?? ackMs, ackMs);
  }
  return { count, untilMs };
}

function splitOf(
  { events, run }: RunRecord,
  fromMs: number,
  backMs: number,
): Pick<Measures["rto"], "detect" | "switch" | "resume"> {
  const wanted: StepName = failsOverByItself(run.config) ? "promoted" : "latched";
  const isSwitch = ({ step }: OperatorEvent) => step === wanted;
  // A failover that began before this fault was not caused by it; one that was detected and called off never switched.
  const failover = failoversIn(events).find(({ detected, steps }) => detected.atMs >= fromMs && steps.some(isSwitch));
  const switched = failover?.steps.find(isSwitch);
  // A failover that began when service was back did not bring it back.
  if (failover === undefined || switched === undefined || failover.detected.atMs - failover.detected.tookMs > backMs)
    return { detect: null, switch: null, resume: null };
  const { detected } = failover;
  // The operator's timestamps lag its acts by some milliseconds, in which the first write may already get through.
  const detectedMs = Math.min(detected.atMs, backMs);
  const routedMs = Math.min(switched.atMs, backMs);
  const seconds = (fromMs: number, toMs: number) => (toMs - fromMs) / 1000;
  return {
    detect: seconds(fromMs, detectedMs),
    switch: seconds(detectedMs, routedMs),
    resume: seconds(routedMs, backMs),
  };
}
