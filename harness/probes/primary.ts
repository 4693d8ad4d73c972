/** Samples each site's report of who is the primary, four times a second, each site independently of the other. */
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { PrimaryProbe } from "../model/record/probe.ts";
import type { Said, SelfFailover } from "../system/self-failover.ts";

const PERIOD_MS = 250;
/** A new primary writes the end of the timeline before its own one round after its promotion, so it is asked for again. */
const HISTORY_EVERY_MS = 2000;
const HISTORY_TRIES = 15;

/** Starts sampling; the returned function stops it, after a last sample of each site that has a history. */
export function startPrimaryProbe(
  ask: SelfFailover["ask"],
  now: () => number,
  report: (probe: PrimaryProbe) => void,
  periodMs = PERIOD_MS,
): () => Promise<void> {
  const busy = new Map<SiteName, Promise<void>>();
  const histories = { a: new HistoryTimes(), b: new HistoryTimes() };
  const sample = async (side: SiteName, isLast = false) => {
    const sentMs = now();
    const withHistory = isLast || histories[side].isDue(sentMs);
    const answer = await ask(side, withHistory);
    histories[side].see(answer);
    report({ type: "primary", side, sentMs, doneMs: now(), ...answer });
  };
  const timer = setInterval(() => {
    for (const side of SITES)
      if (!busy.has(side))
        busy.set(
          side,
          sample(side).finally(() => busy.delete(side)),
        );
  }, periodMs);
  return async () => {
    clearInterval(timer);
    await Promise.all(busy.values());
    await Promise.all(SITES.filter((side) => histories[side].isKnown).map((side) => sample(side, true)));
  };
}

/** When a site is asked for its history: at first, and after each change of its timeline, until it has what is wanted. */
class HistoryTimes {
  #askedMs = Number.NEGATIVE_INFINITY;
  #tries = 0;
  #answers = true;
  #timeline: number | null = null;
  /** The timeline whose end the history must have. */
  #wanted = 0;
  /** The newest one that it has; `null` before the first answer. */
  #newest: number | null = null;

  get isKnown(): boolean {
    return this.#newest !== null;
  }

  isDue(nowMs: number): boolean {
    const hasAll = this.#newest !== null && this.#newest >= this.#wanted;
    if (hasAll || !this.#answers || this.#tries === HISTORY_TRIES || nowMs - this.#askedMs < HISTORY_EVERY_MS)
      return false;
    this.#askedMs = nowMs;
    this.#tries += 1;
    return true;
  }

  see({ server, lock, history }: Said): void {
    this.#answers = server !== null || lock !== null;
    if (history) this.#newest = Math.max(0, ...history.map(({ timeline }) => timeline));
    const timeline = server?.timeline ?? null;
    if (timeline === null || timeline <= (this.#timeline ?? 0)) return;
    if (this.#timeline !== null) {
      this.#wanted = this.#timeline;
      [this.#askedMs, this.#tries] = [Number.NEGATIVE_INFINITY, 0];
    }
    this.#timeline = timeline;
  }
}
