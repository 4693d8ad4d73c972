/** A pod of somebody's own system: what becomes of it is its controller's affair. */
import type { Target } from "./target.ts";

/** Where a pod is, and what its controller has. */
export interface Replacement {
  /** No pod has its UID any more. */
  gone: boolean;
  /** So many pods of its controller are ready, without that one. */
  ready: number;
  /** So many were when it was found, with it. */
  before: number;
}

export interface Drained {
  node: string;
  /** It takes no new pods. */
  unschedulable: boolean;
  evicted: readonly string[];
  /** How often an eviction was refused so far, and the last reason. */
  refused: number;
  refusal: string | null;
}

export interface PodTarget extends Target {
  /** Deletes it; resolves when it is gone, or has not gone for a minute. */
  remove: () => Promise<void>;
  /** Says that from now on its replacement is waited for. Does nothing to one that was not removed here. */
  awaitReplacement: () => Promise<void>;
  replacement: () => Promise<Replacement>;
  /**
   * Lets its node take no new pods, and evicts those of the namespace there. Whose eviction is refused is asked again until
   * `undrain`. Resolves when this pod is gone, or has not gone for three quarters of a minute.
   */
  drain: () => Promise<void>;
  /** Does nothing to a node that was not drained here; leaves one alone that took no pods before. */
  undrain: () => Promise<void>;
  drained: () => Promise<Drained>;
}
