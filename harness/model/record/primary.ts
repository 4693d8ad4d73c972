/**
 * Who is the primary of a system that fails over by itself, from samples. Pure.
 *
 * Each sample is of one site. Its answer has the role of the site's own server, which it knows best, and the holder of
 * the lock, which it knows from the lock store; without an answer, both are unknown. A lock outlives its holder, so the
 * holder may be dead. A primary that cannot reach the store may continue for a while without the lock.
 */
import type { SiteName } from "../plan/site.ts";
import type { PrimaryProbe } from "./probe.ts";

/** The bounds of a change: the last sample before it (`null`: none) and the first sample after it. */
export interface Between {
  fromMs: number | null;
  toMs: number;
}

/** A new primary on a new timeline: the other site, or the same one if it was promoted again. */
export interface Takeover {
  from: SiteName;
  to: SiteName;
  timeline: number;
  /** When the old primary lost the lock. `null`: no sample shows it holding the lock, or it held it to the end. */
  unlocked: Between | null;
  promoted: Between;
}

type PrimarySample = PrimaryProbe & { server: { role: "primary"; timeline: number } };

/**
 * All takeovers, in order. Even one between two distant samples is found by its timeline, but its time is only known as
 * well as the samples allow.
 */
export function takeoversIn(samples: readonly PrimaryProbe[]): Takeover[] {
  const reigns = reignsIn(samples);
  return reigns.slice(1).map((reign, i) => {
    const { side: from } = reigns[i] as PrimarySample;
    const { side: to, doneMs: toMs, server } = reign;
    const before = samples.slice(0, samples.indexOf(reign));
    const follower = before.findLast((sample) => sample.side === to && sample.server?.role === "replica");
    const promoted = { fromMs: follower?.sentMs ?? null, toMs };
    return { from, to, timeline: server.timeline, unlocked: unlockedIn([...before, reign], from), promoted };
  });
}

/** The site whose server was the first to call itself the primary; `null` when none did. */
export function firstPrimary(samples: readonly PrimaryProbe[]): SiteName | null {
  return reignsIn(samples)[0]?.side ?? null;
}

/** The site whose server last called itself the primary, on the newest timeline; `null` when none did. */
export function lastPrimary(samples: readonly PrimaryProbe[]): SiteName | null {
  return reignsIn(samples).at(-1)?.side ?? null;
}

/**
 * For each timeline, the first sample of its primary. An old primary that has not noticed the takeover is on an old
 * timeline.
 */
function reignsIn(samples: readonly PrimaryProbe[]): PrimarySample[] {
  const reigns: PrimarySample[] = [];
  for (const sample of samples)
    if (isPrimary(sample) && sample.server.timeline > (reigns.at(-1)?.server.timeline ?? 0)) reigns.push(sample);
  return reigns;
}

function isPrimary(sample: PrimaryProbe): sample is PrimarySample {
  return sample.server?.role === "primary" && sample.server.timeline !== null;
}

function unlockedIn(samples: readonly PrimaryProbe[], side: SiteName): Between | null {
  const last = samples.findLastIndex(({ lock }) => lock?.holder === side);
  const first = samples.find(({ lock }, i) => i > last && lock !== null);
  if (last < 0 || first === undefined) return null;
  return { fromMs: (samples[last] as PrimaryProbe).sentMs, toMs: first.doneMs };
}
