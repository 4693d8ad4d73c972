/**
 * Sends writes to a service until it is steady, before the judged load begins: a server that just booted carries less
 * than later, which must not look like an outage. The rate rises but stays within what is answered, since overload does
 * not warm a cold server up any sooner.
 *
 * These writes have their own names and are not in the record.
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
const CHECK_EVERY_MS = 500;
const RAMP_SHARE = 1 / 3;
/** The tolerated share of throttled writes in a window. */
const MOST_THROTTLED = 0.1;
/** The lowest rate of a load, and the share of a machine's capacity that a suggested rate uses. */
const LEAST_RATE = 5;
const SPARE = 0.9;

export interface WarmUp {
  /** The rate of the load alone. */
  ratePerSecond: number;
  /**
   * The drill's total rate, which the service has to carry: the load, its reads, and the writes of probes and operator.
   */
  askedPerSecond: number;
  /** The rate of a load whose drill has that total rate. */
  rateAt: (askedPerSecond: number) => number;
  withinMs: number;
  mix: Load["mix"];
  form?: WriteForm;
  seed: number;
  /** The warm-up takes at least this long. */
  leastMs: number;
  /** Who has to carry the load, in messages. */
  who: string;
  /** Never rejects. */
  send: (write: PlannedWrite) => Promise<Pick<WriteAnswer, "acknowledged" | "status" | "why">>;
  now: () => number;
  wait: (ms: number) => Promise<void>;
  onLook: (state: Steadiness & { acknowledged: number }) => void;
}

/** `steady: false`: the rate was reached, but latency was still falling when the time was up. */
export interface WarmedUp extends Steadiness {
  tookMs: number;
}

/** Resolves when the service carries the rate. Otherwise throws a `DrillFailure` with the rate that it does carry. */
export async function warmUp(options: WarmUp): Promise<WarmedUp> {
  const { now, wait, leastMs } = options;
  const wanted: Wanted = { ratePerSecond: options.askedPerSecond, withinMs: options.withinMs };
  const beganMs = now();
  const writes = new Writes(options);
  for (let checkMs = beganMs; ; await wait(TICK_MS)) {
    writes.sendDue(now() - beganMs);
    if (now() < checkMs) continue;
    checkMs += CHECK_EVERY_MS;
    const seen = steadiness(writes.ended, now(), wanted);
    options.onLook({ ...seen, acknowledged: writes.acknowledged });
    const tookMs = now() - beganMs;
    const throttled = throttledShare(writes.ended, now());
    if (tookMs >= leastMs && throttled > MOST_THROTTLED) throw throttles(options, seen, throttled);
    if (seen.steady && tookMs >= leastMs) return { ...seen, tookMs };
    if (tookMs < WARM_UP_LIMIT_MS) continue;
    const { p95Ms, ratePerSecond } = seen;
    if (p95Ms !== null && p95Ms <= wanted.withinMs && ratePerSecond >= RATE_SHARE * wanted.ratePerSecond)
      return { ...seen, tookMs };
    throw tooSlow(options, seen, writes.lastRefusal);
  }
}

class Writes {
  readonly #options: WarmUp;
  readonly #rampMs: number;
  /** A seed of its own, so that no name clashes with the load's. */
  readonly #seed: number;
  #due = 0;
  #sent = 0;
  #inFlight = 0;
  /** Ended writes that may still be in a window. */
  ended: WarmUpWrite[] = [];
  acknowledged = 0;
  lastRefusal: string | null = null;

  constructor(options: WarmUp) {
    this.#options = options;
    this.#rampMs = options.leastMs * RAMP_SHARE;
    this.#seed = seedOfWarmUp(options.seed);
  }

  /** Skips writes while a second's worth of writes is in flight. */
  sendDue(elapsedMs: number): void {
    const { askedPerSecond, mix, form } = this.#options;
    const ramped = Math.min(elapsedMs, this.#rampMs);
    const seconds = (ramped * ramped) / (2 * this.#rampMs) / 1000 + (elapsedMs - ramped) / 1000;
    for (const due = Math.floor(seconds * askedPerSecond); this.#due < due; this.#due += 1) {
      if (this.#inFlight >= askedPerSecond) continue;
      void this.#send(planWrite(this.#seed, this.#sent, mix, form));
      this.#sent += 1;
    }
  }

  async #send(write: PlannedWrite): Promise<void> {
    const { send, now } = this.#options;
    const sentMs = now();
    this.#inFlight += 1;
    const { acknowledged, status, why } = await send(write);
    this.#inFlight -= 1;
    const doneMs = now();
    this.ended = this.ended.filter((each) => each.doneMs > doneMs - 2 * WINDOW_MS - CHECK_EVERY_MS);
    this.ended.push({ doneMs, latencyMs: doneMs - sentMs, acknowledged, throttled: status === TOO_MANY_REQUESTS });
    if (acknowledged) this.acknowledged += 1;
    else this.lastRefusal = why;
  }
}

/** Fails at once: a service that throttles is not warmed up for two more minutes. */
function throttles(options: WarmUp, seen: Steadiness, throttled: number): DrillFailure {
  const { ratePerSecond, askedPerSecond } = options;
  const text = {
    what: `the service does not take ${ratePerSecond} writes/s from this client`,
    why: `it answered ${(100 * throttled).toFixed(0)} % of them with 429 (too many requests), and acknowledged ${seen.ratePerSecond.toFixed(1)} of the ${askedPerSecond.toFixed(0)} writes/s that a drill needs with its probes`,
    todo:
      slower(options, seen.ratePerSecond, "have its limit raised for the drill") ??
      `have its limit raised for the drill: it needs at least ${LEAST_RATE} writes/s`,
  };
  return new DrillFailure(text, { exitCode: EXIT.inconclusive });
}

function tooSlow(options: WarmUp, seen: Steadiness, lastRefusal: string | null): DrillFailure {
  const { who, ratePerSecond, askedPerSecond, withinMs } = options;
  // A service that answers everything too late carries less, in proportion to its lateness. While it clears a backlog,
  // it may answer more than the rate.
  const isLate = seen.ratePerSecond >= RATE_SHARE * askedPerSecond;
  const answered = isLate ? (askedPerSecond * withinMs) / (seen.p95Ms ?? withinMs) : seen.ratePerSecond;
  const rate = `after ${WARM_UP_LIMIT_MS / 1000} s of warm-up it acknowledged ${seen.ratePerSecond.toFixed(1)} of the ${askedPerSecond.toFixed(0)} writes/s that a drill needs with its probes`;
  const latency = seen.p95Ms === null ? "" : `, 95 % of them within ${Math.round(seen.p95Ms)} ms`;
  const refused = lastRefusal === null ? "" : `; the last refusal: ${lastRefusal}`;
  const text = {
    what: `${who} does not carry ${ratePerSecond} writes/s, each answered within ${withinMs} ms`,
    why: `${rate}${latency}${refused}`,
    todo:
      slower(options, answered, "on a machine with more or faster processors") ??
      `a drill needs at least ${LEAST_RATE} writes/s: use a faster machine, or stop other programs on this one`,
  };
  return new DrillFailure(text, { exitCode: EXIT.inconclusive });
}

/**
 * What to do: a lower rate, `or` something else. `null` if no drill is that slow. `perSecond`: writes answered in time.
 */
function slower({ askedPerSecond, rateAt }: WarmUp, perSecond: number, or: string): string | null {
  const carries = rateAt(Math.min(perSecond, askedPerSecond) * SPARE);
  return carries >= LEAST_RATE ? `run it with --rate ${carries}, or ${or}` : null;
}
