/**
 * How one site follows the other, and what a site is told so that it may be written to or not. Whoever fails over knows the
 * order of the acts; what each of them takes, only the replication knows. Sites are named by whom an act is done to.
 */
import type { Config } from "../model/config.ts";
import type { Side } from "../model/side.ts";
import type { StrandedVersion } from "../model/stranded.ts";
import type { Waiting } from "./waiting.ts";

/** Up to where something has got in what a primary did, as that says it. */
export type Position = string;

export interface Copied {
  tables: number;
  rows: number;
  /** With their indexes. */
  bytes: number;
}

/** From a primary to its follower and back. */
export interface Following {
  /** Makes both sites ready to be followed. */
  publish: () => Promise<void>;
  /** The site gets a copy of all that the other one holds, and follows from there; resolves when it does. */
  copy: (to: Side, within?: { signal?: AbortSignal | undefined; deadlineMs?: number }) => Promise<void>;
  /** The same for one that held something else: nothing of that is lost before it is certain that there is a way to copy. */
  copyAnew: (to: Side, signal?: AbortSignal) => Promise<void>;
  /** One that holds what the other held when `keepFor` was called follows without a copy; resolves when it does. */
  goOn: (follower: Side, signal?: AbortSignal) => Promise<void>;
  /** Resolves when the site follows the other again, as it was told to before. */
  untilFollowing: (follower: Side, signal?: AbortSignal) => Promise<void>;
  copied: (to: Side) => Promise<Copied>;
  /** B, which holds all that A holds, is made what the configuration says a standby is. */
  makeStandby: () => Promise<void>;
  /** Ends it. Up to where the site had applied what the other did; `null` when it did not follow. */
  stop: (follower: Side) => Promise<Position | null>;
  /** From here on the primary keeps what its follower-to-be misses. */
  keepFor: (follower: Side) => Promise<void>;
  /** The site keeps nothing for anybody any more. */
  keepNothing: (primary: Side) => Promise<void>;
  /** How long the site's commits wait for its follower. */
  setDurability: (primary: Side, replication: Config["replication"]) => Promise<void>;
}

export interface Lag {
  /** How many bytes the follower lacks; `null` when it is not connected. */
  lagBytes: (follower: Side) => Promise<number | null>;
  /** Up to where the primary has written. */
  writtenBy: (primary: Side, timeoutMs?: number) => Promise<Position>;
  /** How many bytes up to there the follower has not confirmed, connected or not; `null` when nothing is kept for it. */
  unconfirmedBytes: (follower: Side, upTo: Position, timeoutMs?: number) => Promise<number | null>;
  /** Resolves when the follower has confirmed all that the primary holds now. */
  untilConfirmed: (follower: Side, waiting: Omit<Waiting, "what">) => Promise<void>;
  /** Over connections of its own, which `end` gives up. */
  sampler: () => LagSampler;
}

/** Measures that tell the truth when the way between the sites is silent. */
export interface LagSampler {
  /** `stampedMs`: what the follower holds of a stamp that the primary is given as `atMs` now and then. `null`: nobody says. */
  sample: (follower: Side, atMs: number) => Promise<{ stampedMs: number | null; unconfirmedBytes: number | null }>;
  end: () => void;
}

/** That a site can only be read. */
export interface Fence {
  /** Resolves when it is in force, with a time by the database's clock: a transaction that began later cannot write. */
  fence: (side: Side, withinMs?: number) => Promise<string>;
  /** Ends what the FHIR servers began before that time; how much that was. */
  endTransactions: (side: Side, beganBefore: string, withinMs: number) => Promise<number>;
  /** Fences it, lets its last writes be done for a moment, and ends every session from before. */
  silence: (side: Side) => Promise<void>;
  unfence: (side: Side) => Promise<void>;
  isFenced: (side: Side) => Promise<boolean>;
}

export interface Replication extends Following, Lag, Fence {
  /** What only the site holds: what it did after that position, which is where the other one had got to. */
  strandedOn: (side: Side, after: Position) => Promise<StrandedVersion[]>;
}
