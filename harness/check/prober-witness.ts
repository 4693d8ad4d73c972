/**
 * The prober as a witness: the harness writes through the edge itself, five times a second and by its own clock. Where the
 * ledger says that nobody could write, the prober could not either; and where the prober could not, the load could not; nor
 * was the load answered while the prober, which went on sending, was not. Else k6's clock was wrong, or lines were changed.
 *
 * A server that answers the load with errors of its own may take the prober's writes all the same: on a full disk, or where
 * the numbers of new rows are taken already, a small resource can still be changed, and none be added. Such a silence is no
 * contradiction. Nor is it one the other way round: after a switchover, some connections lead to the new primary and some to
 * the old one, which is read-only, and chance decides whose write meets which.
 *
 * Where clients are in networks of their own, the prober is not: their way to the service may be lost and its own not, so that
 * it could write when they could not is no contradiction either.
 *
 * Its own writes go to one resource, and refuse each other with 409 or 412 when they overlap: that is an answer of a server
 * that works, and says nothing of either.
 */
import { type History, OK } from "../model/columns/history.ts";
import type { AvailabilityProbe } from "../model/record/probe.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import { SILENCE_MS } from "./downtime.ts";
import { countBelow, type Facts } from "./facts.ts";

/** Around an instant the two may differ: by one beat of the prober, and by what its writes take. */
const AROUND_MS = 250;
/** One write may slip through where all others fail. */
const SEVERAL = 2;
/** Of the load's writes that were sent and answered while all of the prober's failed. Measured: 7 % at most. */
const ACKED_SHARE = 0.25;
/** Of a second in which the prober, in full beat, waited in vain. Measured: 20 % at most. */
const AHEAD_SHARE = 1 / 3;
/** It sends five a second. */
const FULL_BEAT = 4;
const CONFLICTS = [409, 412];
/** Of a proxy that finds no server; all other errors are a FHIR server's own. */
const GATEWAY_ERRORS = [502, 503, 504];

/** Where the two disagree, a sentence for each way in which they do. */
export function disagreements({ probes, run, history }: RunRecord, facts: Facts): string[] {
  const { baseline, loadEndMs } = facts;
  if (baseline === null || run.clock === null) return [];
  const aroundMs = AROUND_MS + run.clock.errorMs;
  const during = { fromMs: baseline.fromMs, toMs: loadEndMs };
  const prober = probes
    .filter((probe) => probe.type === "availability")
    .toSorted((x, y) => x.sentMs - y.sentMs)
    .filter(({ sentMs }) => sentMs >= during.fromMs && sentMs <= during.toMs);
  const sentMs = prober.map((probe) => probe.sentMs);
  const doneIn = ({ fromMs, toMs }: Interval) =>
    prober.slice(countBelow(sentMs, fromMs), countBelow(sentMs, toMs)).filter(({ ok, doneMs }) => ok && doneMs < toMs);
  const silent = (run.privateLink === null ? [...silences(facts.acksMs, during)] : []).find(
    (silence) => doneIn(shrunk(silence, aroundMs)).length >= SEVERAL && !isRefused(history, silence),
  );
  const ahead = secondAhead(facts, history, prober, aroundMs);
  const contradicted = prober.find(({ ok, status }) => ok !== (status >= 200 && status < 300));
  const failing = stretches(prober).find((stretch) => ackedShare(history, shrunk(stretch, aroundMs)) > ACKED_SHARE);
  return [
    ...(silent ? [`the prober could write from ${span(silent)}, when no write of the load was acknowledged`] : []),
    ...(failing ? [`the prober could not write from ${span(failing)}, when the load could`] : []),
    ...(ahead && !failing ? [`the load was answered from ${span(ahead)}, when no write of the prober was`] : []),
    ...(contradicted
      ? [
          `the prober's write at ${(contradicted.sentMs / 1000).toFixed(3)} s was answered with ${contradicted.status}, and is told otherwise`,
        ]
      : []),
  ];
}

/** The first second between two answers to the prober, in which it sent, in which too many writes were acknowledged. */
function secondAhead(
  { acksMs }: Facts,
  history: History,
  prober: readonly AvailabilityProbe[],
  aroundMs: number,
): Interval | undefined {
  const sentMs = prober.map((probe) => probe.sentMs);
  const answers = prober.filter(({ ok, status }) => ok || isOfServer(status));
  const doneMs = answers.map((probe) => probe.doneMs).sort((x, y) => x - y);
  for (let k = 1; k < doneMs.length; k += 1) {
    const gap = shrunk({ fromMs: doneMs[k - 1] as number, toMs: doneMs[k] as number }, aroundMs);
    // A second begins where the gap does or where the prober sends: a gap may be as long as the record says.
    const begins = [gap.fromMs, ...sentMs.slice(countBelow(sentMs, gap.fromMs), countBelow(sentMs, gap.toMs))];
    for (const fromMs of begins) {
      const toMs = fromMs + SILENCE_MS;
      if (toMs > gap.toMs) break;
      const within = (times: ArrayLike<number>) => countBelow(times, toMs) - countBelow(times, fromMs);
      const [first, last] = sentIn(history, { fromMs, toMs });
      if (within(sentMs) >= FULL_BEAT && within(acksMs) > AHEAD_SHARE * Math.max(1, last - first))
        return { fromMs, toMs };
    }
  }
  return undefined;
}

function* silences(acksMs: Float64Array, { fromMs, toMs }: Interval): Generator<Interval> {
  let beganMs = fromMs;
  for (let k = countBelow(acksMs, fromMs); beganMs < toMs; k += 1) {
    const endMs = Math.min(acksMs[k] ?? toMs, toMs);
    if (endMs - beganMs >= SILENCE_MS) yield { fromMs: beganMs, toMs: endMs };
    beganMs = endMs;
  }
}

/** A refusal or an error of a FHIR server, not of a proxy that finds none. */
function isOfServer(status: number): boolean {
  return status >= 400 && !GATEWAY_ERRORS.includes(status);
}

/** Most of the writes that were sent in that time. */
function isRefused(history: History, silence: Interval): boolean {
  const { status } = history;
  const [first, last] = sentIn(history, silence);
  let refused = 0;
  for (let i = first; i < last; i += 1) {
    if (isOfServer(status[i] as number)) refused += 1;
  }
  return refused > (last - first) / 2;
}

/** In which all writes of the prober failed, by when they were sent. */
function stretches(prober: readonly AvailabilityProbe[]): Interval[] {
  const found: Interval[] = [];
  let open: Interval | null = null;
  for (const { ok, status, sentMs } of prober) {
    if (ok || CONFLICTS.includes(status)) open = null;
    else if (open !== null) open.toMs = sentMs;
    else {
      open = { fromMs: sentMs, toMs: sentMs };
      found.push(open);
    }
  }
  return found.filter(({ fromMs, toMs }) => toMs - fromMs >= SILENCE_MS);
}

/** Of the writes sent in that time, those that were acknowledged in it. */
function ackedShare(history: History, during: Interval): number {
  const { completedMs, outcome } = history;
  const [first, last] = sentIn(history, during);
  let acked = 0;
  for (let i = first; i < last; i += 1) if (outcome[i] === OK && (completedMs[i] as number) <= during.toMs) acked += 1;
  return acked / Math.max(1, last - first);
}

/** Places in the history: of the first write that was sent in that time, and of the first after it. */
function sentIn({ length, invokedMs }: History, { fromMs, toMs }: Interval): [number, number] {
  const sentMs = invokedMs.subarray(0, length);
  return [countBelow(sentMs, fromMs), countBelow(sentMs, toMs)];
}

function shrunk({ fromMs, toMs }: Interval, byMs: number): Interval {
  return { fromMs: fromMs + byMs, toMs: toMs - byMs };
}

function span({ fromMs, toMs }: Interval): string {
  return `${(fromMs / 1000).toFixed(1)} s to ${(toMs / 1000).toFixed(1)} s`;
}
