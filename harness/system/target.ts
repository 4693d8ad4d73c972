/** A container of somebody's own system, which a drill did not start: found once, and known by its id from then on. */
import type { Component } from "./component.ts";

export interface Target extends Pick<Component, "status" | "kill" | "freeze" | "thaw" | "startAgain"> {
  name: string;
  /** The engine's id of the container. */
  id: string;
  /** When its main process began, by the engine; changes with every restart. `null`: it does not run. */
  startedAt: () => Promise<string | null>;
  /** Kills its main process behind the engine's back, so that its own restart policy acts. */
  crash: () => Promise<void>;
  /** Drops every packet to it and from it. Connections stay open, and nobody is told. */
  isolate: () => Promise<void>;
  /** Does nothing to one that is not isolated. */
  rejoin: () => Promise<void>;
  /** How many packets the isolation has dropped so far; `null` when it is not isolated. */
  packetsDropped: () => Promise<number | null>;
  /** Lets it use so much of a processor and no more; refused where it has less already. */
  limitProcessor: (cores: number) => Promise<void>;
  /** Gives it back what it had before. Does nothing to one that was not limited here. */
  restoreProcessor: () => Promise<void>;
  /** Whose limit is in force, as the engine reports it; `null` without one. */
  processorLimit: () => Promise<"ours" | "theirs" | null>;
  /** How often the kernel has throttled it so far. */
  timesThrottled: () => Promise<number>;
}
