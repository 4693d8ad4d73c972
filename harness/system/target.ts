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
}
