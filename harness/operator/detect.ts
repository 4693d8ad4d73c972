/**
 * Watches a site until a number of probes in a row have failed. In the grace period after the site's takeover, a late
 * probe counts neither as failed nor as good.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { OperatorSettings } from "../model/plan/config.ts";
import type { Health } from "./health.ts";

export interface Watch {
  probe: (round: number) => Promise<Health>;
  onProbe: (health: Health, sentMs: number, doneMs: number) => void;
  now: () => number;
  /** In `now`'s time; in the distant past for a site that did not take over from another. */
  graceEndsMs: number;
  signal: AbortSignal;
}

/** Resolves with the reasons of the failed probes. Rejects only when `signal` ends the watch. */
export async function untilUnhealthy(settings: OperatorSettings, watch: Watch): Promise<string[]> {
  let failures: string[] = [];
  for (let round = 0; ; round += 1) {
    const sentMs = watch.now();
    const health = await watch.probe(round);
    const doneMs = watch.now();
    watch.signal.throwIfAborted();
    watch.onProbe(health, sentMs, doneMs);
    const isExcused = health.late && sentMs < watch.graceEndsMs;
    if (health.ok) failures = [];
    else if (!isExcused) failures = [...failures, health.why];
    if (failures.length >= settings.failedProbes) return failures;
    await sleep(Math.max(0, settings.probeIntervalMs - (doneMs - sentMs)), undefined, { signal: watch.signal });
  }
}
