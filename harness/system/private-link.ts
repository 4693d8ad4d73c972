/** Clients in a network of their own in each region, and what lies between them and the service. */
import type { SiteName } from "../model/plan/site.ts";
import type { Component } from "./component.ts";
import type { ProgramOptions, RunningProgram } from "./program.ts";

export interface PrivateLink {
  /** The FHIR base as its clients know it: by name. */
  baseUrl: string;
  /** The address of each region's private endpoint; `null` where it has none. */
  endpoints: Record<SiteName, string | null>;
  resolver: (side: SiteName) => Component;
  /**
   * Lets the record name the endpoint of that region, in the zone of both resolvers, also of one that does not run. Returns the
   * zone's serial; resolvers take it a second or so later.
   */
  switchRecord: (to: SiteName) => Promise<number>;
  /** Links the zone to a client network or takes the link away. The resolver there is started again. */
  setLinked: (side: SiteName, linked: boolean) => Promise<void>;
  /** The address that the service's name has for a client of that network; `null`: it finds none. */
  lookUp: (from: SiteName) => Promise<string | null>;
  /** Whether a client of that network gets an answer from the other one. */
  reachesOther: (from: SiteName) => Promise<boolean>;
  /** Starts a program among the clients of that network. */
  runBeside: (side: SiteName, program: ProgramOptions) => Promise<RunningProgram>;
}
