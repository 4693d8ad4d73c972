/**
 * Vault waits: for how long after a return of the vault writes were not acknowledged, and its clients had not what they
 * asked for.
 *
 * Writes: until the end of the last time service was away (`away`) after the return. Excluded is what follows another act
 * of the schedule that has a clock of its own (`own-acts`). A few missed writes (`downtime`) count as well, if they were
 * being missed at the return, or within three seconds after the end of what counts; so an outage that pauses at the
 * return is still one.
 * Clients: if the last ask before the return, or any after it and before the vault's next absence, failed: until the
 * first success after the last of these failures.
 */
import { SITES } from "../model/plan/site.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import { awayIn } from "./away.ts";
import { outages } from "./downtime.ts";
import type { Baseline, Facts } from "./facts.ts";
import { ownActs } from "./own-acts.ts";
import type { Away, VaultLedger } from "./vault-ledger.ts";

const NEAR_MS = 3000;

/** `seconds` is `null` if the wait was never over; it had then lasted for `atLeast`. */
export interface Wait {
  who: string;
  seconds: number | null;
  atLeast: number;
}

export type Returned = Away & { toMs: number };

export function serviceAfter({ fault, toMs }: Returned, record: RunRecord, facts: Facts, baseline: Baseline): Wait {
  const who = "writes were acknowledged";
  const away = awayIn(record, facts, baseline, toMs);
  const missed = outages(record.history, facts, baseline.fromMs);
  const isOthers = ofOtherActs({ fault, toMs }, away, record, facts);
  const spans = [
    ...away.map((span) => ({ ...span, isAway: true, isOpen: span.toMs >= facts.loadEndMs })),
    ...missed.intervals.map((span, i) => ({
      ...{ ...span, isAway: false },
      isOpen: missed.censored && i === missed.intervals.length - 1,
    })),
  ];
  let untilMs = Number.NEGATIVE_INFINITY;
  let isOpen = false;
  for (const span of spans.toSorted((x, y) => x.fromMs - y.fromMs)) {
    if (span.toMs < toMs - NEAR_MS || isOthers(span)) continue;
    if (!span.isAway && span.fromMs > toMs && span.fromMs > untilMs + NEAR_MS) continue;
    untilMs = Math.max(untilMs, span.toMs);
    isOpen ||= span.isOpen;
  }
  const atLeast = Math.max(0, untilMs - toMs) / 1000;
  return { who, seconds: isOpen ? null : atLeast, atLeast };
}

/** Whether an outage is on the clock of another act, as if the loss of the vault were the disaster. */
function ofOtherActs(
  { fault, toMs }: Pick<Returned, "fault" | "toMs">,
  away: readonly Interval[],
  record: RunRecord,
  facts: Facts,
): (span: Interval) => boolean {
  const { run } = record;
  const ofVault = { ...record, run: { ...run, scenario: { ...run.scenario, disaster: fault } } };
  const since = away.filter((span) => span.toMs > toMs);
  const firstMs = ownActs(ofVault, facts, toMs, since)[0]?.atMs ?? Number.POSITIVE_INFINITY;
  return ({ fromMs }) => firstMs <= fromMs + facts.servedWithinMs;
}

export function clientsAfter({ toMs }: Returned, { asks, away, errorMs }: VaultLedger, { events }: RunRecord): Wait[] {
  const nextMs = Math.min(...away.map(({ beganMs }) => beganMs).filter((beganMs) => beganMs >= toMs));
  return SITES.map((side) => {
    const who = `the vault's client at ${side.toUpperCase()} had what it asked for`;
    const before = asks[side].findLast(({ atMs }) => atMs < toMs);
    // An ask may have been made a moment later than was recorded, and have failed because of the next absence.
    const after = asks[side].filter(({ atMs }) => atMs >= toMs && atMs < nextMs - errorMs);
    const failed = [...(before ? [before] : []), ...after].findLast(({ given }) => !given);
    if (failed === undefined) return { who, seconds: 0, atLeast: 0 };
    const given = asks[side].find((ask) => ask.given && ask.atMs >= Math.max(toMs, failed.atMs));
    // Until the last event, an answer would have been recorded.
    const lastMs = given?.atMs ?? events.at(-1)?.atMs ?? toMs;
    const atLeast = Math.max(0, lastMs - toMs) / 1000;
    return { who, seconds: given === undefined ? null : atLeast, atLeast };
  });
}
