/** A system that fails over by itself: what it can be asked and told of that. */
import type { PrimaryProbe } from "../model/probe.ts";
import type { Side } from "../model/side.ts";

/** One side's word of who is the primary. */
export type Said = Omit<PrimaryProbe, "type" | "side" | "sentMs" | "doneMs">;

export interface SelfFailover {
  /** Never rejects: that a side does not answer is told as well. */
  ask: (side: Side) => Promise<Said>;
  /** Makes a side the primary in good order, and says what the system says of it; rejects with the system's words where it will not. */
  switchOver: (to: Side) => Promise<string>;
  /** A side's FHIR server and database, in good order, as for an upgrade; resolves when both run again. */
  restart: (side: Side, signal: AbortSignal) => Promise<void>;
}
