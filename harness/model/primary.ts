/**
 * Who is the primary of a system that fails over by itself, by samples. Pure.
 *
 * Each sample asks one site. It answers what its own server is, which it knows best, and who holds the lock, which it has from
 * the store; or it does not answer, and then nobody knows. A lock outlives its holder, so that who holds it may be dead; and a
 * primary that cannot reach the store may go on for a while without it.
 */
import type { PrimaryProbe } from "./probe.ts";
import type { Side } from "./side.ts";

/** Something was not so yet when that was last seen, and was so when it was first seen; `null` when nobody saw it before. */
export interface Between {
  fromMs: number | null;
  toMs: number;
}

/** A primary on a timeline of its own: another side, or the same one that had to be promoted once more. */
export interface Takeover {
  from: Side;
  to: Side;
  timeline: number;
  /** The one before holds the lock no more. `null`: it was not seen to hold it, or held it to the end. */
  unlocked: Between | null;
  promoted: Between;
}

type PrimarySample = PrimaryProbe & { server: { role: "primary"; timeline: number } };

/**
 * In order. One that nobody saw happen is told all the same, by the timeline that was there when somebody looked again; when
 * it happened is then no better known than that.
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

/** Whose server called itself the primary last, on the newest timeline; `null` when nobody's did. */
export function lastPrimary(samples: readonly PrimaryProbe[]): Side | null {
  return reignsIn(samples).at(-1)?.side ?? null;
}

/** Of each timeline the first sample of its primary. An old primary that has not noticed yet is on one that was left. */
function reignsIn(samples: readonly PrimaryProbe[]): PrimarySample[] {
  const reigns: PrimarySample[] = [];
  for (const sample of samples)
    if (isPrimary(sample) && sample.server.timeline > (reigns.at(-1)?.server.timeline ?? 0)) reigns.push(sample);
  return reigns;
}

function isPrimary(sample: PrimaryProbe): sample is PrimarySample {
  return sample.server?.role === "primary" && sample.server.timeline !== null;
}

function unlockedIn(samples: readonly PrimaryProbe[], side: Side): Between | null {
  const last = samples.findLastIndex(({ lock }) => lock?.holder === side);
  const first = samples.find(({ lock }, i) => i > last && lock !== null);
  if (last < 0 || first === undefined) return null;
  return { fromMs: (samples[last] as PrimaryProbe).sentMs, toMs: first.doneMs };
}
