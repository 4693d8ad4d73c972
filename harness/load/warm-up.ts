/**
 * Sends writes to a service until it is steady, before the judged load begins: a server that was just booted carries
 * only part of what it carries later, and that must not look like an outage. The rate rises but stays within what is
 * answered: an overloaded cold server would warm up no sooner.
 *
 * These writes have names of their own and are not in the record.
 */

import { TOO_MANY_REQUESTS } from "../model/load/ledger.ts";
import { type PlannedWrite, planWrite, seedOfWarmUp, type WriteForm } from "../model/load/write.ts";
import type { Load } from "../model/plan/scenario.ts";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import type { WriteAnswer } from "../system/send-write.ts";
import {
  RATE_SHARE,
  type Steadiness,
  steadiness,
  throttledShare,
  type Wanted,
  type WarmUpWrite,
  WINDOW_MS,
} from "./steadiness.ts";

/** A machine that is not warm by then never will be. */
export const WARM_UP_LIMIT_MS = 120_000;
const TICK_MS = 20;
const LOOK_EVERY_MS = 500;
const RAMP_SHARE = 1 / 3;
/** Of the writes of a window: more is no chance. */
const MOST_THROTTLED = 0.1;
/** The lowest rate of a load, and the share of a machine's capacity that a suggested rate uses. */
const LEAST_RATE = 5;
const SPARE = 0.9;

export interface WarmUp {
  /** The rate of the load alone. */
  ratePerSecond: number;
  /**
   * What a drill adds up to: the load, its reads, and what probes and operator write. The service has to carry this.
   */
  askedPerSecond: number;
  /** The rate of a load with which a drill adds up to that. */
  rateAt: (askedPerSecond: number) => number;
  withinMs: number;
  mix: Load["mix"];
  form?: WriteForm;
  seed: number;
  /** The warm-up takes at least this long. */
  leastMs: number;
  /** Who has to carry it, for people. */
  who: string;
  /** Never rejects. */
  send: (write: PlannedWrite) => Promise<Pick<WriteAnswer, "acknowledged" | "status" | "why">>;
  now: () => number;
  wait: (ms: number) => Promise<void>;
  onLook: (state: Steadiness & { acknowledged: number }) => void;
}

/** `steady: false`: the rate was reached, but latency still fell when the time was up. */
export interface WarmedUp extends Steadiness {
  tookMs: number;
}

/** Resolves when the service carries the rate. Otherwise throws a `DrillFailure` with the rate that it does carry. */
export async function warmUp(order: WarmUp): Promise<WarmedUp> {
  const { now, wait, leastMs } = order;
  const wanted: Wanted = { ratePerSecond: order.askedPerSecond, withinMs: order.withinMs };
  const beganMs = now();
  const writes = new Writes(order);
  for (let lookMs = beganMs; ; await wait(TICK_MS)) {
    writes.sendDue(now() - beganMs);
    if (now() < lookMs) continue;
    lookMs += LOOK_EVERY_MS;
    const seen = steadiness(writes.ended, now(), wanted);
    order.onLook({ ...seen, acknowledged: writes.acknowledged });
    const tookMs = now() - beganMs;
    const throttled = throttledShare(writes.ended, now());
    if (tookMs >= leastMs && throttled > MOST_THROTTLED) throw throttles(order, seen, throttled);
    if (seen.steady && tookMs >= leastMs) return { ...seen, tookMs };
    if (tookMs < WARM_UP_LIMIT_MS) continue;
    const { p95Ms, ratePerSecond } = seen;
    if (p95Ms !== null && p95Ms <= wanted.withinMs && ratePerSecond >= RATE_SHARE * wanted.ratePerSecond)
      return { ...seen, tookMs };
    throw tooSlow(order, seen, writes.lastRefusal);
  }
}

class Writes {
  readonly #order: WarmUp;
  readonly #rampMs: number;
  /** A seed of its own: nothing written here has a name of the load's. */
  readonly #seed: number;
  #due = 0;
  #sent = 0;
  #inFlight = 0;
  /** Those that may still count. */
  ended: WarmUpWrite[] = [];
  acknowledged = 0;
  lastRefusal: string | null = null;

  constructor(order: WarmUp) {
    this.#order = order;
    this.#rampMs = order.leastMs * RAMP_SHARE;
    this.#seed = seedOfWarmUp(order.seed);
  }

  /** Skips writes while as many are in flight as a second should answer. */
  sendDue(elapsedMs: number): void {
    const { askedPerSecond, mix, form } = this.#order;
    const ramped = Math.min(elapsedMs, this.#rampMs);
    const seconds = (ramped * ramped) / (2 * this.#rampMs) / 1000 + (elapsedMs - ramped) / 1000;
    for (const due = Math.floor(seconds * askedPerSecond); this.#due < due; this.#due += 1) {
      if (this.#inFlight >= askedPerSecond) continue;
      void this.#send(planWrite(this.#seed, this.#sent, mix, form));
      this.#sent += 1;
    }
  }

  async #send(write: PlannedWrite): Promise<void> {
    const { send, now } = this.#order;
    const sentMs = now();
    this.#inFlight += 1;
    const { acknowledged, status, why } = await send(write);
    this.#inFlight -= 1;
    const doneMs = now();
    this.ended = this.ended.filter((each) => each.doneMs > doneMs - 2 * WINDOW_MS - LOOK_EVERY_MS);
    this.ended.push({ doneMs, latencyMs: doneMs - sentMs, acknowledged, throttled: status === TOO_MANY_REQUESTS });
    if (acknowledged) this.acknowledged += 1;
    else this.lastRefusal = why;
  }
}

/** A service that says that it is asked too much is not asked for two minutes more. */
function throttles(order: WarmUp, seen: Steadiness, throttled: number): DrillFailure {
  const { ratePerSecond, askedPerSecond } = order;
  const text = {
    what: `the service does not take ${ratePerSecond} writes/s from this client`,
    why: `it answered ${(100 * throttled).toFixed(0)} % of them with 429 (too many requests), and acknowledged ${seen.ratePerSecond.toFixed(1)} a second of the ${askedPerSecond.toFixed(0)} that a drill comes to with its probes`,
    todo:
      slower(order, seen.ratePerSecond, "have its limit raised for the drill") ??
      `have its limit raised for the drill: it needs ${LEAST_RATE} writes/s at least`,
  };
  return new DrillFailure(text, { exitCode: EXIT.inconclusive });
}

function tooSlow(order: WarmUp, seen: Steadiness, lastRefusal: string | null): DrillFailure {
  const { who, ratePerSecond, askedPerSecond, withinMs } = order;
  // A service that answers everything, but too late, carries less by as much as it is late. While it clears a backlog
  // it may answer more than the rate.
  const isLate = seen.ratePerSecond >= RATE_SHARE * askedPerSecond;
  const answered = isLate ? (askedPerSecond * withinMs) / (seen.p95Ms ?? withinMs) : seen.ratePerSecond;
  const rate = `after ${WARM_UP_LIMIT_MS / 1000} s of warm-up it acknowledged ${seen.ratePerSecond.toFixed(1)} a second of the ${askedPerSecond.toFixed(0)} that a drill comes to with its probes`;
  const latency = seen.p95Ms === null ? "" : `, 95 % of them within ${Math.round(seen.p95Ms)} ms`;
  const refused = lastRefusal === null ? "" : `; the last refusal: ${lastRefusal}`;
  const text = {
    what: `${who} does not carry ${ratePerSecond} writes/s, each answered within ${withinMs} ms`,
    why: `${rate}${latency}${refused}`,
    todo:
      slower(order, answered, "on a machine with more or faster processors") ??
      `a drill needs ${LEAST_RATE} writes/s at least: use a faster machine, or stop what else runs on this one`,
  };
  return new DrillFailure(text, { exitCode: EXIT.inconclusive });
}

/** `null`: what it carries is too little for any drill. `perSecond`: the writes that it answered in time. */
function slower({ askedPerSecond, rateAt }: WarmUp, perSecond: number, or: string): string | null {
  const carries = rateAt(Math.min(perSecond, askedPerSecond) * SPARE);
  return carries >= LEAST_RATE ? `run it with --rate ${carries}, or ${or}` : null;
}
