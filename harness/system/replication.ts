/**
 * How one site follows the other, and how a site is made read-only or writable. The operator's plans define the order of
 * the steps, replication how each is done. `SiteName` arguments name the site that a step changes.
 */
import type { Config } from "../model/plan/config.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { StrandedVersion } from "../model/record/stranded.ts";
import type { Waiting } from "./waiting.ts";

/** A position in what a primary has written, in the primary's own notation. */
export type Position = string;

export interface Copied {
  tables: number;
  rows: number;
  /** Includes indexes. */
  bytes: number;
}

/** Replication between a primary and its follower. */
export interface Following {
  /** Prepares both sites for being followed. */
  publish: () => Promise<void>;
  /** Copies everything from the other site to this one; resolves when this one follows. */
  copy: (to: SiteName, within?: { signal?: AbortSignal | undefined; deadlineMs?: number }) => Promise<void>;
  /**
   * The same for a site that holds other data, which is discarded only once a copy is known to be possible.
   */
  copyAnew: (to: SiteName, signal?: AbortSignal) => Promise<void>;
  /**
   * Follows without a copy: the site holds what the other one held when `keepFor` was called. Resolves when it follows.
   */
  goOn: (follower: SiteName, signal?: AbortSignal) => Promise<void>;
  /** Resolves when the site follows the other again, as it did before. */
  untilFollowing: (follower: SiteName, signal?: AbortSignal) => Promise<void>;
  copied: (to: SiteName) => Promise<Copied>;
  /** Makes B, which holds all that A holds, the configured standby. */
  makeStandby: () => Promise<void>;
  /**
   * Stops following. Returns the other site's position up to which this site has applied; `null`: it did not follow.
   */
  stop: (follower: SiteName) => Promise<Position | null>;
  /** From now on the primary keeps what its future follower misses. */
  keepFor: (follower: SiteName) => Promise<void>;
  /** The site no longer keeps anything for a follower. */
  keepNothing: (primary: SiteName) => Promise<void>;
  /** Sets how long the site's commits wait for its follower. */
  setDurability: (primary: SiteName, replication: Config["replication"]) => Promise<void>;
}

export interface Lag {
  /** How many bytes the follower lacks; `null` when it is not connected. */
  lagBytes: (follower: SiteName) => Promise<number | null>;
  /** The position up to which the primary has written. */
  writtenBy: (primary: SiteName, timeoutMs?: number) => Promise<Position>;
  /**
   * How many bytes up to there the follower has not confirmed, connected or not; `null` when nothing is kept for it.
   */
  unconfirmedBytes: (follower: SiteName, upTo: Position, timeoutMs?: number) => Promise<number | null>;
  /** Resolves when the follower has confirmed all that the primary holds now. */
  untilConfirmed: (follower: SiteName, waiting: Omit<Waiting, "what">) => Promise<void>;
  /** Has connections of its own, which `end` closes. */
  sampler: () => LagSampler;
}

/** Lag measures that stay true when the link between the sites is silent. */
export interface LagSampler {
  /**
   * `stampedMs`: the newest stamp that the follower holds, given that the primary is stamped with `atMs`. `null`: no
   * answer.
   */
  sample: (follower: SiteName, atMs: number) => Promise<{ stampedMs: number | null; unconfirmedBytes: number | null }>;
  end: () => void;
}

/** Makes a site read-only. */
export interface Fence {
  /** Resolves when in force, with a time by the database's clock: a transaction that began later cannot write. */
  fence: (side: SiteName, withinMs?: number) => Promise<string>;
  /** Ends the FHIR servers' transactions that began before that time; returns how many there were. */
  endTransactions: (side: SiteName, beganBefore: string, withinMs: number) => Promise<number>;
  /** Fences the site, gives its last writes a moment to finish, and ends every older session. */
  silence: (side: SiteName) => Promise<void>;
  unfence: (side: SiteName) => Promise<void>;
  isFenced: (side: SiteName) => Promise<boolean>;
}

export interface Replication extends Following, Lag, Fence {
  /** What only this site holds: its changes after `after`, the position up to which the other site had applied. */
  strandedOn: (side: SiteName, after: Position) => Promise<StrandedVersion[]>;
}
