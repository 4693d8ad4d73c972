/**
 * What is drilled, as far as a drill has to know it. Whoever uses a system takes of this what it uses and no more, as in
 * `Pick<System, "links">`: so a test's own needs no more, either.
 */
import type { SampledPart } from "../model/probe.ts";
import type { Part, Side } from "../model/side.ts";
import type { Capability } from "./capabilities.ts";
import type { Component } from "./component.ts";
import type { Database } from "./database.ts";
import type { Dcs } from "./dcs.ts";
import type { Disk } from "./disk.ts";
import type { FhirServer } from "./fhir-server.ts";
import type { Links } from "./links.ts";
import type { Netfilter } from "./netfilter.ts";
import type { Processor } from "./processor.ts";
import type { ProgramOrder, RunningProgram } from "./program.ts";
import type { Replication } from "./replication.ts";
import type { Router } from "./router.ts";
import type { SelfFailover } from "./self-failover.ts";
import type { Site } from "./site.ts";
import type { Usage } from "./usage.ts";

export interface System {
  capabilities: ReadonlySet<Capability>;
  links: Links;
  proxy: Router;
  postgres: Record<Side, Database>;
  /** One that was not started yet throws when it is asked for. */
  hapi: Record<Side, FhirServer>;
  /** Starts B's FHIR server, where it was not started with the others. */
  startHapiB: (signal?: AbortSignal) => Promise<void>;
  replication: Replication;
  /** `null`: who fails over is an operator. */
  failover: SelfFailover | null;
  /** `null`: there is no lock. */
  dcs: Dcs | null;
  site: (side: Side) => Site;
  component: (part: Part) => Component;
  processor: (part: Part) => Processor;
  /** Of the sides whose FHIR server has a clock of its own: set, it is fast by so much from a second later on. */
  clocks: Partial<Record<Side, (offsetSeconds: number) => Promise<void>>>;
  netfilter: Netfilter;
  /** Of the sides whose database has a small disk of its own. */
  disks: Partial<Record<Side, Disk>>;
  /** `null` of one that does not run, or is not there. */
  usageOf: (part: SampledPart) => Promise<Usage | null>;
  /** The boot id of the kernel that the components run on. */
  bootId: () => Promise<string>;
  /** Starts a program beside the system. */
  runBeside: (program: ProgramOrder) => Promise<RunningProgram>;
  /** Rejects, with the reason, when all of it is out of reach at once; aborted by the signal, it rejects as well. */
  whenLost: (signal: AbortSignal) => Promise<never>;
  /** What each part of it has written so far, by its name. One that cannot be read does not keep the others from it. */
  saveLogs: (save: (name: string, text: Buffer) => void) => Promise<void>;
  /** Lets go of it. */
  release: () => Promise<void>;
}
