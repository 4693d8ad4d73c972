/** What of somebody's own system may be broken, and a drill did not start: found once, and known by its id from then on. */
import type { Component } from "./component.ts";

/** A container or a pod. */
export interface Target extends Pick<Component, "status" | "startAgain"> {
  name: string;
  /** The engine's id of the container, or the pod's UID. */
  id: string;
  /** When its main process began, by its host; changes with every restart. `null`: it does not run. */
  startedAt: () => Promise<string | null>;
  /** Kills its main process behind its host's back, so that its own restart policy acts. */
  crash: () => Promise<void>;
  /** Drops every packet to it and from it. Connections stay open, and nobody is told. */
  isolate: () => Promise<void>;
  /** Does nothing to one that is not isolated. */
  rejoin: () => Promise<void>;
  /** How many packets the isolation has dropped so far; `null` when it is not isolated. */
  packetsDropped: () => Promise<number | null>;
}

/** One that stays what it is until it is started again. */
export interface ContainerTarget extends Target, Pick<Component, "kill" | "freeze" | "thaw"> {
  /** Lets it use so much of a processor and no more; refused where it has less already. */
  limitProcessor: (cores: number) => Promise<void>;
  /** Gives it back what it had before. Does nothing to one that was not limited here. */
  restoreProcessor: () => Promise<void>;
  /** Whose limit is in force, as the engine reports it; `null` without one. */
  processorLimit: () => Promise<"ours" | "theirs" | null>;
  /** How often the kernel has throttled it so far. */
  timesThrottled: () => Promise<number>;
}
