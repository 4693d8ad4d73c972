/**
 * RTO and the figures beside it, computed a second time from `docs/definitions.md` alone: slowly, with one plain
 * question after another over all writes. Tests check the checker against it.
 */
import type { Operation } from "../../model/columns/operation.ts";
import type { DrillEvent, OperatorEvent } from "../../model/record/event.ts";
import type { RunRecord } from "../../model/record/record.ts";
import { type Interval, union } from "../../stats/intervals.ts";
import { gapsOf, inARow, type Load, obviousAway, type Sent, untilServed } from "./obvious-away.ts";

export interface ObviousRto {
  seconds: number | null;
  censoredAtSeconds: number | null;
  /** What was not over at RTO's end; `cause` is `null` if it was no outage. */
  later: (Interval & { cause: string | null })[];
  lastEndSeconds: number | null;
  slowWrites: number | null;
  slowUntilSeconds: number | null;
  verdict: "holds" | "broken" | "inconclusive";
}

/** Everything that is needed, read from a record. */
interface Asked extends Load {
  /** The median time of the acknowledged writes of the baseline. */
  usualMs: number;
  /** The 99th percentile of those that were sent and acknowledged in it. */
  inFlightMs: number;
  withinMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** `null` if there is nothing to measure: no disaster, or no baseline. */
export function obviousRto(record: RunRecord): ObviousRto | null {
  const asked = askedOf(record);
  if (asked === null) return null;
  const { beganMs, endMs, withinMs, usualMs, inFlightMs, writes } = asked;
  const objectiveMs = 1000 * record.run.config.objectives.rtoSeconds;
  const away = obviousAway(asked);
  const missed = missedIn(asked);

  // What caused each time that it was away.
  const since = away.filter(({ toMs }) => toMs > beganMs);
  const wasQuiet = (atMs: number) =>
    !since.some(({ fromMs, toMs }) => fromMs < atMs - withinMs && toMs > atMs - 10_000);
  const acts = actsOf(record).filter(({ atMs }) => atMs >= beganMs + 10_000 && wasQuiet(atMs));
  const actOf = (span: Interval) => acts.filter(({ atMs }) => atMs <= span.fromMs + withinMs).at(-1);
  const own = since.filter((span) => actOf(span) === undefined);
  const backMs = backAfter(own, missed, asked);
  const openMs = own[0]?.fromMs ?? beganMs;
  const over = asOne(away.filter(({ toMs }) => toMs <= beganMs));
  const fromMs = openMs < beganMs - inFlightMs ? openMs : beganMs;
  if (backMs === null) {
    const censoredMs = Math.max(0, endMs - fromMs);
    const unknown = { seconds: null, lastEndSeconds: null, slowWrites: null, slowUntilSeconds: null, later: [] };
    const isLong = [...over, { fromMs: 0, toMs: censoredMs }].some((span) => span.toMs - span.fromMs > objectiveMs);
    const verdict = isLong ? "broken" : "inconclusive";
    return { ...unknown, censoredAtSeconds: censoredMs / 1000, verdict };
  }

  // The slower of the disaster's own clock and of one before it that the failover answered.
  const lengthMs = (span: Interval) => span.toMs - span.fromMs;
  const noticedMs = failoversMs(record.events);
  const answered = away.filter(
    (span) => span.toMs <= beganMs && noticedMs.some((ms) => span.fromMs < ms && ms < span.toMs),
  );
  const itself = { fromMs, toMs: backMs, cause: "disaster itself" };
  const clocks = [...answered.map((span) => ({ ...span, cause: "stop of writes before it" })), itself];
  const slowest = clocks.toSorted((x, y) => lengthMs(y) - lengthMs(x))[0] as Interval;

  const ofActs = acts.flatMap((act) => {
    const spans = since.filter((span) => actOf(span) === act);
    const overMs = backAfter(spans, missed, asked);
    const begins = [act.atMs, ...spans.map((span) => span.fromMs)];
    const outage = { fromMs: Math.min(...begins), toMs: overMs ?? endMs, cause: act.name, isOver: overMs !== null };
    return spans.length > 0 && outage.toMs > backMs ? [outage] : [];
  });
  const isPartOf = (ms: number, { fromMs, toMs }: Interval) => fromMs <= ms && ms <= toMs;
  const few = missed.filter(({ toMs }) => toMs > backMs && !ofActs.some((outage) => isPartOf(toMs, outage)));
  const outages = [
    ...clocks.filter((clock) => clock.toMs > slowest.toMs && (clock !== itself || own.length > 0)),
    ...ofActs.map(({ isOver: _, ...outage }) => outage),
  ];
  const later = [...outages, ...few.map((span) => ({ ...span, cause: null }))].toSorted((x, y) => x.fromMs - y.fromMs);
  const slow = writes.filter(
    ({ sentMs, ackMs }) =>
      ackMs !== null &&
      ackMs - sentMs >= 1000 + Math.min(1000, usualMs) &&
      sentMs >= backMs &&
      !outages.some((outage) => isPartOf(sentMs, outage)),
  );
  const seconds = (ms: number) => (ms - slowest.fromMs) / 1000;
  const isLong = (span: Interval) => lengthMs(span) > objectiveMs;
  const ofDisaster = own.length > 0 ? [{ fromMs, toMs: backMs }] : [];
  const failedMs = failingUntil(backMs, [...over, ...ofDisaster, ...ofActs], record);
  const unsure = ofActs.some(({ isOver }) => !isOver) || failedMs !== null ? "inconclusive" : "holds";
  const failedLong = failedMs !== null && failedMs - fromMs > objectiveMs;
  return {
    ...{ seconds: seconds(slowest.toMs), censoredAtSeconds: null, later },
    lastEndSeconds: seconds(Math.max(slowest.toMs, ...later.map(({ toMs }) => toMs))),
    slowWrites: slow.length,
    slowUntilSeconds: slow.length === 0 ? null : seconds(Math.max(...slow.map(({ ackMs }) => ackMs as number))),
    verdict: [slowest, ...outages, ...over].some(isLong) || failedLong ? "broken" : unsure,
  };
}

/** Spans with less than ten seconds between them are one. */
function asOne(spans: readonly Interval[]): Interval[] {
  return union(spans.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs + 9999.999 }))).map(({ fromMs, toMs }) => ({
    fromMs,
    toMs: toMs - 9999.999,
  }));
}

/** When the last of the writes was sent that still failed after that and outside those; `null` if none did. */
function failingUntil(backMs: number, outages: readonly Interval[], { events, history }: RunRecord): number | null {
  const baseline = baselineOf(events) as Interval;
  const calm = [...history].filter(
    ({ invokedMs }) => !outages.some(({ fromMs, toMs }) => fromMs <= invokedMs && invokedMs <= toMs),
  );
  const isFailed = (op: Operation) => !isAcknowledged(op) && op.status !== 429;
  const usual = calm.filter(
    ({ invokedMs, completedMs }) => invokedMs >= baseline.fromMs && (completedMs ?? NEVER) < baseline.toMs,
  );
  const share = usual.length === 0 ? 0 : usual.filter(isFailed).length / usual.length;
  const after = calm.filter(({ invokedMs }) => invokedMs >= backMs);
  const rows = after.length <= 500 ? [after] : after.slice(499).map((_, i) => after.slice(i, i + 500));
  const failing = rows.filter((row) => {
    const failed = row.filter(isFailed).length;
    return failed >= 5 && failed > Math.floor((share + 0.01) * row.length);
  });
  const times = failing.flatMap((row) => row.filter(isFailed).map(({ invokedMs }) => invokedMs));
  return times.length === 0 ? null : Math.max(...times);
}

function askedOf({ events, run, history }: RunRecord): Asked | null {
  const faults = events.filter((event) => event.type === "fault" && event.fault === run.scenario.disaster);
  const stateMs = (name: string) => faults.find((event) => event.type === "fault" && event.state === name)?.atMs;
  const beganMs = stateMs("injecting");
  const baseline = baselineOf(events);
  if (beganMs === undefined || stateMs("injected") === undefined || baseline === null) return null;
  const operations = [...history];
  const inBaseline = operations.filter(({ invokedMs }) => invokedMs >= baseline.fromMs && invokedMs < baseline.toMs);
  const usualMs = slowestOf(0.5, inBaseline.filter(isAcknowledged).map(tookMs));
  const withinMs = 2000 + Math.min(1000, usualMs);
  const isServed = (op: Operation) => isAcknowledged(op) && tookMs(op) <= withinMs;
  const isMetByEnd = (op: Operation) =>
    !isServed(op) && !((op.completedMs ?? NEVER) < baseline.toMs) && baseline.toMs - op.invokedMs <= withinMs;
  const served = inBaseline.filter(isServed).length;
  if (served === 0) return null;
  const counted = served + inBaseline.filter(isMetByEnd).length;
  const doneInIt = inBaseline.filter((op) => isAcknowledged(op) && (op.completedMs as number) < baseline.toMs);
  return {
    ...{ beganMs, usualMs, withinMs, mix: run.scenario.load.mix },
    endMs: operations.at(-1)?.invokedMs ?? 0,
    rate: (counted * 1000) / (baseline.toMs - baseline.fromMs),
    inFlightMs: slowestOf(0.99, doneInIt.map(tookMs)),
    writes: operations
      .filter(({ invokedMs }) => invokedMs >= baseline.fromMs)
      .map((op): Sent => {
        const ackMs = isAcknowledged(op) ? op.completedMs : null;
        return { kind: op.kind, sentMs: op.invokedMs, ackMs, isServed: isServed(op) };
      }),
    acksMs: operations.filter(isAcknowledged).map(({ completedMs }) => completedMs as number),
  };
}

/** Times in which nobody could write, or a write was missed. */
function missedIn({ writes, acksMs, endMs }: Asked): Interval[] {
  return union([...runsOfMissed(writes, acksMs, endMs), ...gapsOf(writes, acksMs)]);
}

/** When service was back for good after the last of these, or after the disaster if there is none. */
function backAfter(spans: readonly Interval[], missed: readonly Interval[], asked: Asked): number | null {
  const { beganMs, endMs, rate, writes, acksMs } = asked;
  const overMs = spans.at(-1)?.toMs ?? untilServed({ fromMs: beganMs, toMs: beganMs }, writes).toMs;
  const backMs = acksMs
    .toSorted((x, y) => x - y)
    .find((ms) => {
      if (ms < overMs || ms + 2000 > endMs) return false;
      const acknowledged = acksMs.filter((ack) => ack >= ms && ack < ms + 2000).length;
      return acknowledged / 2 >= 0.95 * rate && !missed.some(({ fromMs, toMs }) => fromMs < ms && ms < toMs);
    });
  if (backMs === undefined) return null;
  const sent = writes.filter(({ sentMs }) => sentMs >= backMs).length;
  return sent >= inARow(rate) && sent >= 0.95 * (((endMs - backMs) * rate) / 1000) ? backMs : null;
}

const isAcknowledged = ({ outcome }: Operation) => outcome === "ok";
const tookMs = ({ invokedMs, completedMs }: Operation) => (completedMs as number) - invokedMs;

/** The least value that such a share of them does not exceed. */
function slowestOf(share: number, values: readonly number[]): number {
  const enough = values.filter((value) => values.filter((other) => other <= value).length >= share * values.length);
  return enough.length === 0 ? 0 : Math.min(...enough);
}

function baselineOf(events: readonly DrillEvent[]): Interval | null {
  const fromMs = events.find((event) => event.type === "phase" && event.phase === "baseline")?.atMs;
  const toMs = events.find(
    (event) =>
      (event.type === "fault" && event.state === "injecting") || (event.type === "order" && event.state === "given"),
  )?.atMs;
  return fromMs === undefined || toMs === undefined || toMs <= fromMs ? null : { fromMs, toMs };
}

/** From an unacknowledged write to the first acknowledgement after the next acknowledged write was sent. */
function runsOfMissed(writes: readonly Sent[], acksMs: readonly number[], endMs: number): Interval[] {
  return writes.flatMap(({ sentMs, ackMs }, place) => {
    if (ackMs !== null) return [];
    const next = writes.slice(place).find((write) => write.ackMs !== null);
    return [{ fromMs: sentMs, toMs: next ? Math.min(...acksMs.filter((ms) => ms >= next.sentMs)) : endMs }];
  });
}

interface Act {
  atMs: number;
  name: string;
}

/** What the schedule did besides the disaster. */
function actsOf({ events, run }: RunRecord): Act[] {
  const { faults, orders, disaster } = run.scenario;
  const acts: Act[] = [];
  for (const event of events) {
    if (
      event.type === "fault" &&
      event.state === "injecting" &&
      event.fault !== disaster &&
      event.fault < faults.length
    )
      acts.push({ atMs: event.atMs, name: `${event.kind} fault` });
    if (event.type === "order" && event.state === "given" && event.order < orders.length) {
      const ends = events.filter((each) => each.type === "order" && each.order === event.order && each !== event);
      const endMs = Math.min(NEVER, ...ends.map(({ atMs }) => atMs));
      const steps = events.filter(
        (each): each is OperatorEvent => each.type === "operator" && each.plan === event.kind,
      );
      const first = steps.find(({ atMs }) => atMs >= event.atMs && atMs <= endMs);
      if (first) acts.push({ atMs: first.atMs - first.tookMs, name: `planned ${event.kind}` });
    }
  }
  return acts.toSorted((x, y) => x.atMs - y.atMs);
}

/** When the operator detected what it answered with a failover that changed something. */
function failoversMs(events: readonly DrillEvent[]): number[] {
  const steps = events.filter((event) => event.type === "operator" && event.plan === "failover") as OperatorEvent[];
  const begun = steps.filter(({ step }) => step === "detected");
  return begun.flatMap((detected, place) => {
    const [from, to] = [
      steps.indexOf(detected),
      begun[place + 1] ? steps.indexOf(begun[place + 1] as OperatorEvent) : NEVER,
    ];
    const touched = steps.slice(from, to).some(({ step }) => ["fenced", "promoted", "latched", "done"].includes(step));
    return touched ? [detected.atMs] : [];
  });
}
