/**
 * The prober as a witness: the harness itself writes through the edge, five times a second and by its own clock. When
 * the ledger says that nobody could write, the prober could not either. When the prober could not write, the load
 * could not. And the load got no answers while the prober kept sending and got none. Otherwise k6's clock was wrong,
 * or lines were changed; or new clients were locked out, because only the prober opens a connection for each write.
 *
 * A server that answers the load with errors of its own may still accept the prober's writes: on a full disk, or where
 * the ids of new rows are already taken, a small resource can be changed but none be added. Such a silence is no
 * contradiction. Nor is the reverse: after a switchover some connections lead to the new primary and some to the old
 * one, which is read-only, and chance decides which write meets which.
 *
 * Clients in networks of their own may lose their route to the service while the prober keeps its own. That the prober
 * could write when they could not is then no contradiction either.
 *
 * The prober's writes go to one resource and refuse each other with 409 or 412 when they overlap. That is an answer of
 * a working server and counts neither for nor against a write.
 */
import { type History, OK } from "../model/columns/history.ts";
import type { AvailabilityProbe } from "../model/record/probe.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import { SILENCE_MS } from "./downtime.ts";
import { countBelow, type Facts } from "./facts.ts";

/** How far the two may differ around an instant: one interval of the prober, and the duration of its writes. */
const AROUND_MS = 250;
/** A single write may slip through while all others fail. */
const SEVERAL = 2;
/** Share of the load's writes that may be sent and answered while all of the prober's fail. Measured: 7 % at most. */
const ACKED_SHARE = 0.25;
/** The same for a second in which the prober, at its full rate, gets no answer. Measured: 20 % at most. */
const AHEAD_SHARE = 1 / 3;
/** In a second; the prober sends five. */
const FULL_RATE = 4;
const CONFLICTS = [409, 412];
/** Statuses of a proxy that finds no server; all other errors are a FHIR server's own. */
const GATEWAY_ERRORS = [502, 503, 504];

/** Where the two disagree, one sentence for each kind of disagreement. */
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
          `the prober's write at ${(contradicted.sentMs / 1000).toFixed(3)} s was answered with ${contradicted.status}, which contradicts its recorded outcome`,
        ]
      : []),
  ];
}

/** The first second between two answers to the prober in which it was sending and too many writes were acknowledged. */
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
    // A second begins where the gap does or where the prober sends, since a gap can be of any length.
    const begins = [gap.fromMs, ...sentMs.slice(countBelow(sentMs, gap.fromMs), countBelow(sentMs, gap.toMs))];
    for (const fromMs of begins) {
      const toMs = fromMs + SILENCE_MS;
      if (toMs > gap.toMs) break;
      const within = (times: ArrayLike<number>) => countBelow(times, toMs) - countBelow(times, fromMs);
      const [first, last] = sentIn(history, { fromMs, toMs });
      if (within(sentMs) >= FULL_RATE && within(acksMs) > AHEAD_SHARE * Math.max(1, last - first))
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

/** Whether a FHIR server refused most of the writes that were sent in that time. */
function isRefused(history: History, silence: Interval): boolean {
  const { status } = history;
  const [first, last] = sentIn(history, silence);
  let refused = 0;
  for (let i = first; i < last; i += 1) {
    if (isOfServer(status[i] as number)) refused += 1;
  }
  return refused > (last - first) / 2;
}

/** Stretches in which all writes of the prober failed, by sending time. */
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

/** The share of the writes sent in that time that were acknowledged in it. */
function ackedShare(history: History, during: Interval): number {
  const { completedMs, outcome } = history;
  const [first, last] = sentIn(history, during);
  let acked = 0;
  for (let i = first; i < last; i += 1) if (outcome[i] === OK && (completedMs[i] as number) <= during.toMs) acked += 1;
  return acked / Math.max(1, last - first);
}

/** Places in the history: the first write that was sent in that time, and the first after it. */
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
