/**
 * RTO measured: from the first act of the fault until service is back for good (`recovery`): from then on the writes that
 * are sent are served, every kind of them, at the baseline's rate and until the load ends. "Reachable" is not enough: a
 * server can answer for seconds with errors only, and what it held back and answers all at once is no rate. Outages that
 * begin later by themselves are part of it, with the good seconds between them.
 *
 * Where an outage was open when the disaster came, it counts from the beginning of that outage. Where an outage before
 * it was over by the failover, and the disaster met a side that no longer served, the slower of the two counts.
 *
 * Later: what began after RTO's end. An outage that another act of the schedule brought, with that act, on a clock of its
 * own from the act on; and each time, longer than one interval between writes, in which some writes were missed and
 * which was no outage. Last end: when the last of all these was over.
 *
 * Right-censored when service was not back for good before the load ended: then it is "more than", and no figure.
 *
 * The split is by the steps of the failover that began in that time: detect (fault → the operator knew, or the lock of
 * Patroni's primary was seen to be gone), switch (→ the proxy was latched to the other side, or its server was seen to be the
 * primary), resume (→ back for good). They add up to the whole.
 *
 * Unit: seconds.
 * Broken: it is above the objective `rtoSeconds`, or a later outage is by its own clock; right-censored, when it is more
 * than that already.
 * Inconclusive: one of them is right-censored below the objective; or the fault was never injected, or there is no
 * baseline to come back to; or k6's clock cannot be set beside the drill's.
 * Unasked: no disaster was planned.
 */
import type { OperatorEvent, StepName } from "../model/event.ts";
import type { RunRecord } from "../model/record.ts";
import type { CheckWord, Measures } from "../model/verdict.ts";
import type { Checker, Finding } from "./checker.ts";
import { NO_DISASTER } from "./no-disaster.ts";
import { type Clock, type Recovery, recoveryOf } from "./recovery.ts";

export const rto: Checker = {
  name: "rto",
  needsTimes: true,
  check: (record, facts) => {
    const { disaster, baseline, loadEndMs } = facts;
    if (record.run.scenario.disaster === null) return NO_DISASTER;
    if (disaster === null) return { verdict: "inconclusive", reason: "the fault was never injected" };
    if (baseline === null || baseline.ratePerSecond === 0)
      return { verdict: "inconclusive", reason: "there is no baseline rate to come back to" };
    const objective = record.run.config.objectives.rtoSeconds;
    const recovery = recoveryOf(record, facts, disaster, baseline);
    const { fromMs, backMs } = [...recovery.before, recovery].reduce((slowest, clock) =>
      tookMs(clock) > tookMs(slowest) ? clock : slowest,
    );
    const since =
      fromMs === disaster.beganMs
        ? "the fault"
        : `writes had stopped, ${((disaster.beganMs - fromMs) / 1000).toFixed(3)} s before the disaster itself`;
    if (backMs === null) return censored((loadEndMs - fromMs) / 1000, objective, since);
    const seconds = (backMs - fromMs) / 1000;
    const { later } = recovery;
    const lastEndSeconds = (Math.max(backMs, ...later.map(({ toMs }) => toMs)) - fromMs) / 1000;
    const split = splitOf(record, fromMs, backMs);
    const measures = { rto: { seconds, censoredAtSeconds: null, ...split, lastEndSeconds, later } };
    const told = [`writes resumed for good ${seconds.toFixed(3)} s after ${since}`, ...tellLater(recovery)];
    const verdict = seconds > objective ? "broken" : wordOfLater(recovery, objective);
    return { verdict, reason: `${told.join("; ")}; the objective is ${objective} s`, measures };
  },
};

/** One that never came took longest. */
function tookMs({ fromMs, backMs }: Clock): number {
  return (backMs ?? Number.POSITIVE_INFINITY) - fromMs;
}

function censored(seconds: number, objective: number, since: string): Finding {
  const censoredAtSeconds = Math.max(0, seconds);
  const reason = `writes had not resumed for good ${censoredAtSeconds.toFixed(1)} s after ${since}, when the load ended; the objective is ${objective} s`;
  const unknown = { seconds: null, detect: null, switch: null, resume: null, lastEndSeconds: null, later: [] };
  const verdict = censoredAtSeconds > objective ? "broken" : "inconclusive";
  return { verdict, reason, measures: { rto: { ...unknown, censoredAtSeconds } } };
}

function tellLater({ later, open }: Recovery): string[] {
  const outages = later.flatMap(({ fromMs, toMs, cause }) => {
    const seconds = ((toMs - fromMs) / 1000).toFixed(3);
    if (cause === null) return [];
    return open && toMs === later.at(-1)?.toMs
      ? [`another outage had not ended ${seconds} s after the ${cause}, when the load did`]
      : [`another outage was over ${seconds} s after the ${cause}`];
  });
  const few = later.length - outages.length;
  return few === 0 ? outages : [...outages, `later some writes were missed, ${few} times`];
}

/** Each by its own clock. */
function wordOfLater({ later, open }: Recovery, objective: number): CheckWord {
  const isLong = ({ fromMs, toMs, cause }: Recovery["later"][number]) =>
    cause !== null && (toMs - fromMs) / 1000 > objective;
  return later.some(isLong) ? "broken" : open ? "inconclusive" : "holds";
}

function splitOf(
  { events, run }: RunRecord,
  fromMs: number,
  backMs: number,
): Pick<Measures["rto"], "detect" | "switch" | "resume"> {
  const since = (step: StepName) =>
    events.find(
      (event): event is OperatorEvent =>
        event.type === "operator" && event.plan === "failover" && event.step === step && event.atMs >= fromMs,
    );
  const [detected, latched] = [since("detected"), since(run.config.patroni === null ? "latched" : "promoted")];
  // What was done before this fault was not done because of it; nor was what began when service was back.
  if (!detected || !latched || latched.atMs < detected.atMs || detected.atMs - detected.tookMs > backMs)
    return { detect: null, switch: null, resume: null };
  // The operator's stamps follow its acts by some milliseconds, in which the first write may already be through.
  const detectedMs = Math.min(detected.atMs, backMs);
  const latchedMs = Math.min(latched.atMs, backMs);
  const seconds = (fromMs: number, toMs: number) => (toMs - fromMs) / 1000;
  return {
    detect: seconds(fromMs, detectedMs),
    switch: seconds(detectedMs, latchedMs),
    resume: seconds(latchedMs, backMs),
  };
}
