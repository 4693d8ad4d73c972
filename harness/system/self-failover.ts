/** A system that fails over by itself: its status and its commands. */
import type { SiteName } from "../model/plan/site.ts";
import type { PrimaryProbe } from "../model/record/probe.ts";

/** One site's view of which site is the primary. */
export type Said = Omit<PrimaryProbe, "type" | "side" | "sentMs" | "doneMs">;

export interface SelfFailover {
  /**
   * Never rejects: no answer is a result, too. `withHistory`: also asks for the timelines that ended, if
   * the system has such a history.
   */
  ask: (side: SiteName, withHistory?: boolean) => Promise<Said>;
  /**
   * Makes a site the primary by a clean switchover and returns the system's answer; rejects with it if refused.
   */
  switchOver: (to: SiteName) => Promise<string>;
  /** Cleanly restarts a site's FHIR server and database, as for an upgrade; resolves when both run again. */
  restart: (side: SiteName, signal: AbortSignal) => Promise<void>;
}
