/** A client network in each region, and what is between it and the service. */
import type { SiteName } from "../model/plan/site.ts";
import type { Component } from "./component.ts";
import type { ProgramOptions, RunningProgram } from "./program.ts";

export interface PrivateLink {
  /** The FHIR base as its clients know it: by name. */
  baseUrl: string;
  /** The address of each region's private endpoint; `null`: it has none. */
  endpoints: Record<SiteName, string | null>;
  resolver: (side: SiteName) => Component;
  /**
   * Points the DNS record to that region's endpoint, in the zone of both resolvers, running or not. Returns the zone's
   * serial; resolvers load it about a second later.
   */
  switchRecord: (to: SiteName) => Promise<number>;
  /** Links the zone to a client network or unlinks it. Restarts the resolver there. */
  setLinked: (side: SiteName, linked: boolean) => Promise<void>;
  /** The address to which a client of that network resolves the service's name; `null`: none. */
  lookUp: (from: SiteName) => Promise<string | null>;
  /** Whether a client of that network gets an answer from the other one. */
  reachesOther: (from: SiteName) => Promise<boolean>;
  /** Starts a program as a client in that network. */
  runBeside: (side: SiteName, program: ProgramOptions) => Promise<RunningProgram>;
}
