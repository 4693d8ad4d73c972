/**
 * Vault asks: what renewers recorded, checked against how they work. A renewer asks again a fixed time after each
 * answer, whatever the answer, unless it is lost with its region; and a certificate ends no later than the
 * configuration says. So missing asks leave a silence.
 */
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import { baselineBeganMs, phaseBeganMs, statesOf } from "./facts.ts";
import type { Ask } from "./vault-ledger.ts";

/** An ask ends within five seconds; the rest is for a busy machine. */
const ASK_MS = 15_000;
/** A certificate's end and the time of a line are whole seconds. */
const ROUNDED_MS = 2000;

/** Why the asks are incomplete; `null` when they are complete, or nothing is renewed. */
export function whyNotAsked(record: RunRecord, asks: Record<SiteName, readonly Ask[]>): string | null {
  const { vault } = record.run.config;
  if (vault?.guards !== "access") return null;
  const { certificateSeconds, renewSeconds } = vault;
  const baselineMs = baselineBeganMs(record.events);
  const quietMs = phaseBeganMs(record.events, "quiesce");
  for (const side of SITES) {
    const name = side.toUpperCase();
    const wrong = asks[side].find((ask) => ask.given && !isWithin(ask, certificateSeconds));
    if (wrong !== undefined)
      return `a certificate that the vault gave to ${name} at ${inSeconds(wrong.atMs)} has no end within ${certificateSeconds} s`;
    const askedMs = asks[side].map(({ atMs }) => atMs);
    // Writes need a certificate, so there is one before the baseline.
    const isCut = baselineMs !== undefined && (askedMs[0] ?? Number.POSITIVE_INFINITY) > baselineMs;
    const timesMs = [...(isCut ? [baselineMs] : []), ...askedMs, ...(quietMs === undefined ? [] : [quietMs])];
    const silence = silenceIn(timesMs, lossesOf(side, record), renewSeconds * 1000 + ASK_MS);
    if (silence !== null)
      return `the vault's client at ${name} asks every ${renewSeconds} s, but recorded nothing from ${inSeconds(silence.fromMs)} to ${inSeconds(silence.toMs)}`;
  }
  return null;
}

function isWithin({ atMs, untilMs }: Ask, certificateSeconds: number): boolean {
  return untilMs !== null && untilMs <= atMs + certificateSeconds * 1000 + ROUNDED_MS;
}

/** When its region was lost, in order of time. */
function lossesOf(side: SiteName, { run, events }: RunRecord): Interval[] {
  const losses = run.scenario.faults.flatMap((fault, index): Interval[] => {
    if (fault.kind !== "region-loss" || fault.side !== side) return [];
    const states = statesOf(events, index);
    const began = states.find(({ state }) => state === "injecting");
    const healed = states.find(({ state }) => state === "healed");
    return began === undefined ? [] : [{ fromMs: began.atMs, toMs: healed?.atMs ?? Number.POSITIVE_INFINITY }];
  });
  return losses.toSorted((x, y) => x.fromMs - y.fromMs);
}

/** The first silence that is too long and not within a loss. */
function silenceIn(timesMs: readonly number[], losses: readonly Interval[], mostMs: number): Interval | null {
  for (const [i, toMs] of timesMs.entries()) {
    if (i === 0) continue;
    let fromMs = timesMs[i - 1] as number;
    for (const loss of losses) {
      if (loss.fromMs >= toMs || loss.toMs <= fromMs) continue;
      if (loss.fromMs - fromMs > mostMs) return { fromMs, toMs: loss.fromMs };
      fromMs = loss.toMs;
    }
    if (toMs - fromMs > mostMs) return { fromMs, toMs };
  }
  return null;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
