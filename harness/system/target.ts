/** What a fault may break of a system that the drill did not start: found once, identified by its id from then on. */
import type { Component } from "./component.ts";

/** A container or a pod. */
export interface Target extends Pick<Component, "status" | "startAgain"> {
  name: string;
  /** The engine's id of the container, or the pod's UID. */
  id: string;
  /** When its main process started, by its host; changes with every restart. `null`: it does not run. */
  startedAt: () => Promise<string | null>;
  /** Kills its main process behind its host's back, so that its own restart policy acts. */
  crash: () => Promise<void>;
  /** Silently drops every packet to it and from it. Connections stay open. */
  isolate: () => Promise<void>;
  /** Does nothing to one that is not isolated. */
  rejoin: () => Promise<void>;
  /** How many packets the isolation has dropped so far; `null` when it is not isolated. */
  packetsDropped: () => Promise<number | null>;
}

/** A target that keeps its state until it is started again. */
export interface ContainerTarget extends Target, Pick<Component, "kill" | "freeze" | "thaw"> {
  /** Limits its processor use; rejects if its own limit is lower. */
  limitProcessor: (cores: number) => Promise<void>;
  /** Restores its previous limit. Does nothing unless it was limited by `limitProcessor`. */
  restoreProcessor: () => Promise<void>;
  /** Whose limit is in force, as the engine reports it; `null` without one. */
  processorLimit: () => Promise<"ours" | "theirs" | null>;
  /** How often the kernel has throttled it so far. */
  timesThrottled: () => Promise<number>;
}
