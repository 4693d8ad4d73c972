/**
 * For tests: makes a system fail over by itself, as Patroni does. The primary holds a lock while it lives. Some time after its
 * death the lock is free, and the other site is promoted on a new timeline. A site that comes back follows.
 */
import { otherSite, type SiteName } from "../../model/plan/site.ts";
import type { TimelineEnd } from "../../model/record/probe.ts";
import type { Said, SelfFailover } from "../self-failover.ts";

const ROUND_MS = 1;

/** What a failover needs of the two sites. */
export interface FailingOver {
  isAlive: (side: SiteName) => boolean;
  /** The site takes writes, and clients reach it. */
  promote: (side: SiteName) => void;
  /** The site takes no writes, and becomes a copy of the other one. */
  follow: (side: SiteName) => void;
}

export interface ToyFailover {
  failover: SelfFailover;
  end: () => void;
}

/** `lockMs`: how long the lock outlives its holder. */
export function startToyFailover({ isAlive, promote, follow }: FailingOver, lockMs: number): ToyFailover {
  let primary: SiteName = "a";
  let holder: SiteName | null = "a";
  let renewedMs = performance.now();
  /** The timeline that each site is on; one that died is on an old one until it follows. */
  const timelines: Record<SiteName, number> = { a: 1, b: 1 };
  const history: TimelineEnd[] = [];

  const makePrimary = (side: SiteName) => {
    const timeline = timelines[primary];
    const at = { at: new Date().toISOString(), leader: `pg-${side}`, side };
    history.push({ timeline, lsn: timeline, why: "no recovery target specified", ...at });
    timelines[side] = timeline + 1;
    [primary, holder, renewedMs] = [side, side, performance.now()];
    promote(side);
  };
  const join = (side: SiteName) => {
    follow(side);
    timelines[side] = timelines[primary];
  };
  const round = () => {
    const other = otherSite(primary);
    if (isAlive(primary)) [holder, renewedMs] = [primary, performance.now()];
    else if (holder === null && isAlive(other)) makePrimary(other);
    else if (performance.now() - renewedMs > lockMs) holder = null;
    const behind = otherSite(primary);
    if (isAlive(primary) && isAlive(behind) && timelines[behind] < timelines[primary]) join(behind);
  };
  const timer = setInterval(round, ROUND_MS);

  const ask = async (side: SiteName, withHistory = false): Promise<Said> => {
    if (!isAlive(side))
      return { server: null, lock: null, lagBytes: null, why: "it is dead", ...(withHistory && { history: null }) };
    const isFollower = side !== primary && timelines[side] === timelines[primary];
    const state = isFollower && isAlive(primary) ? "streaming" : "running";
    return {
      server: { role: isFollower ? "replica" : "primary", state, timeline: timelines[side] },
      ...{ lock: { holder }, lagBytes: null, why: null },
      ...(withHistory && { history: [...history] }),
    };
  };
  const switchOver = async (to: SiteName) => {
    if (!isAlive(to)) throw new Error("no good candidates have been found");
    makePrimary(to);
    join(otherSite(to));
    return `Successfully switched over to "pg-${to}"`;
  };
  const restart = () => Promise.reject(new Error("nothing is restarted here"));
  return { failover: { ask, switchOver, restart }, end: () => clearInterval(timer) };
}
