/** A system that fails over by itself: what it can be asked and told. */
import type { SiteName } from "../model/plan/site.ts";
import type { PrimaryProbe } from "../model/record/probe.ts";

/** One site's answer to who is the primary. */
export type Said = Omit<PrimaryProbe, "type" | "side" | "sentMs" | "doneMs">;

export interface SelfFailover {
  /** Never rejects: a site that does not answer is an answer, too. */
  ask: (side: SiteName) => Promise<Said>;
  /**
   * Makes a site the primary cleanly and returns the system's answer; rejects with the system's words if it refuses.
   */
  switchOver: (to: SiteName) => Promise<string>;
  /** Restarts a site's FHIR server and database cleanly, as for an upgrade; resolves when both run again. */
  restart: (side: SiteName, signal: AbortSignal) => Promise<void>;
}
