/** A pod of an attached system; its controller replaces it. */
import type { Target } from "./target.ts";

/** Whether a pod still exists, and how many pods its controller has. */
export interface Replacement {
  /** No pod has its UID any more. */
  gone: boolean;
  /** How many pods of its controller are ready, not counting this one. */
  ready: number;
  /** How many were ready when the drill found it, this one included. */
  before: number;
}

export interface Drained {
  node: string;
  /** The node is cordoned: it takes no new pods. */
  unschedulable: boolean;
  evicted: readonly string[];
  /** How many evictions were refused so far. */
  refused: number;
  /** The last reason. */
  refusal: string | null;
}

export interface PodTarget extends Target {
  /** Deletes it; resolves when it no longer exists, after a minute at the latest. */
  remove: () => Promise<void>;
  /** Announces that its replacement is waited for from now on. Does nothing unless it was removed by `remove`. */
  awaitReplacement: () => Promise<void>;
  replacement: () => Promise<Replacement>;
  /**
   * Cordons its node and evicts the namespace's pods there. A refused eviction is retried until `undrain`. Resolves when
   * this pod no longer exists, after 45 seconds at the latest.
   */
  drain: () => Promise<void>;
  /** Uncordons the node. Does nothing unless it was drained by `drain`, or if it was cordoned before that. */
  undrain: () => Promise<void>;
  drained: () => Promise<Drained>;
}
