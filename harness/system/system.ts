/**
 * The system under drill, as far as a drill must know it. Code that uses a system takes only what it uses, as in
 * `Pick<System, "links">`, so a test's fake system needs no more either.
 */
import type { Capability } from "../model/plan/capability.ts";
import type { ComponentName, DeviceComponent, SiteName } from "../model/plan/site.ts";
import type { Clock, ClockSample } from "../model/record/clock.ts";
import type { SampledComponent } from "../model/record/probe.ts";
import type { Component } from "./component.ts";
import type { Database } from "./database.ts";
import type { Dcs } from "./dcs.ts";
import type { Devices } from "./devices.ts";
import type { Disk } from "./disk.ts";
import type { Base, Edge } from "./edge.ts";
import type { ExportJobs } from "./export-jobs.ts";
import type { FhirServer } from "./fhir-server.ts";
import type { HookFault } from "./hook.ts";
import type { Links } from "./links.ts";
import type { Netfilter } from "./netfilter.ts";
import type { PodTarget } from "./pod.ts";
import type { PrivateLink } from "./private-link.ts";
import type { Processor } from "./processor.ts";
import type { ProgramOptions, RunningProgram } from "./program.ts";
import type { Lag, Replication } from "./replication.ts";
import type { Router } from "./router.ts";
import type { SelfFailover } from "./self-failover.ts";
import type { Site } from "./site.ts";
import type { ContainerTarget, Target } from "./target.ts";
import type { Usage } from "./usage.ts";
import type { Vault } from "./vault.ts";
import type { WalFiles } from "./wal.ts";

export interface System {
  capabilities: ReadonlySet<Capability>;
  /** How its content is read: `sql`, from each site's database and server; `fhir`, only through the FHIR API. */
  content: "sql" | "fhir";
  edge: Edge;
  /** A site's own server, bypassing any proxy, if the description of an attached system has its address. */
  direct: Partial<Record<SiteName, Base>>;
  links: Links;
  proxy: Router;
  postgres: Record<SiteName, Database>;
  /** Throws for a server that has not been started yet. */
  hapi: Record<SiteName, FhirServer>;
  /** Starts B's FHIR server where it was not started with the others. */
  startHapiB: (signal?: AbortSignal) => Promise<void>;
  replication: Replication;
  /** `null`: a follower's lag cannot be measured. */
  lag: Pick<Lag, "sampler"> | null;
  /** `null`: an operator fails over. */
  failover: SelfFailover | null;
  /** `null`: there is no lock. */
  dcs: Dcs | null;
  /** `null`: the job of a bulk export cannot be observed. */
  exports: ExportJobs | null;
  /** `null`: not needed, because the operator saves what only a lost site holds. */
  wal: WalFiles | null;
  /** `null`: there are neither brokers nor bridges. */
  devices: Devices | null;
  /** `null`: clients are in the network of the service itself. */
  privateLink: PrivateLink | null;
  /** `null`: there is no vault. */
  vault: Vault | null;
  site: (side: SiteName) => Site;
  component: (part: ComponentName | DeviceComponent) => Component;
  processor: (part: ComponentName) => Processor;
  /** For sites whose FHIR server has a clock of its own: sets it ahead by that much, effective within a second. */
  clocks: Partial<Record<SiteName, (offsetSeconds: number) => Promise<void>>>;
  netfilter: Netfilter;
  /** For sites whose database has a small disk of its own. */
  disks: Partial<Record<SiteName, Disk>>;
  /** The containers, pods and hooks that the description of an attached system names. Throws for another name. */
  target: (name: string) => Target;
  container: (name: string) => ContainerTarget;
  pod: (name: string) => PodTarget;
  hook: (name: string) => HookFault;
  /** The containers whose resource use is sampled. */
  sampled: readonly SampledComponent[];
  /** `null` for a component that does not run or does not exist. */
  usageOf: (part: SampledComponent) => Promise<Usage | null>;
  /** The boot id of the kernel that the components run on. */
  bootId: () => Promise<string>;
  /** Starts a program beside the system. */
  runBeside: (program: ProgramOptions) => Promise<RunningProgram>;
  /** The time by these programs' clock, between two readings of the harness's clock. */
  readClock: (clock: Clock) => Promise<ClockSample>;
  /** Rejects with the reason when the whole system becomes unreachable at once; also when the signal aborts it. */
  whenLost: (signal: AbortSignal) => Promise<never>;
  /** Saves what each component has logged so far, by its name. One that cannot be read does not stop the others. */
  saveLogs: (save: (name: string, text: Buffer) => void) => Promise<void>;
  release: () => Promise<void>;
}
