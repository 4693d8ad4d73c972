/**
 * An own system, as far as its description goes, as a system that can be drilled. Nothing of it is started here and nothing
 * is removed; what a drill has broken is healed by its fault, by the dead man's switch, or by its journal.
 */
import type { Capability } from "../../model/plan/capability.ts";
import type { OwnSystem } from "../../model/plan/own-system.ts";
import type { Clock } from "../../model/record/clock.ts";
import type { SelfFailover } from "../../system/self-failover.ts";
import type { System } from "../../system/system.ts";
import { HOST_NETWORK } from "../lab/container.ts";
import type { Engine } from "../lab/engine.ts";
import { whenEngineIsLost } from "../lab/engine-lost.ts";
import { saveLogs } from "../lab/logs.ts";
import { removeRun } from "../lab/ownership.ts";
import { runBeside } from "../lab/program-beside.ts";
import type { OwnEdge } from "./edge.ts";
import { engineClock, kernelOf } from "./engine-machine.ts";
import type { FoundTarget } from "./find.ts";
import { healFromJournal } from "./heal.ts";
import { hookFault } from "./hook-fault.ts";
import { inForceText, Journal } from "./journal.ts";
import { lagByProgram } from "./lag.ts";
import { primaryBy } from "./primary.ts";
import type { Secrets } from "./secret.ts";
import { lagBySql, type Reachable, reachedBy } from "./sql.ts";
import { outputOf } from "./step.ts";
import { targetOf } from "./target.ts";

/** No fault on a container outlives that, whoever forgets it. */
const TTL_SECONDS = 900;

export interface AttachOrder {
  run: string;
  /** The run's folder, where the undo journal is. */
  folder: string;
  own: OwnSystem;
  secrets: Secrets;
  engine: Engine;
  /** The image of what stands beside a target. */
  tools: string;
  edge: OwnEdge;
  /** `null`: nobody says how they are reached. */
  databases: Reachable | null;
  targets: readonly FoundTarget[];
  now: Clock;
}

export async function attach(order: AttachOrder): Promise<System> {
  const { run, folder, own, secrets, engine, tools, edge, databases, targets, now } = order;
  const journal = new Journal(folder, secrets);
  const around = { run, engine, tools, journal, ttlSeconds: TTL_SECONDS };
  const broken = new Map(targets.map((found) => [found.name, targetOf(found, around)]));
  const hooks = new Map(Object.entries(own.hooks).map(([name, hook]) => [name, hookFault(name, hook, run, journal)]));
  const failover = await failoverOf(own, databases, now);
  return {
    ...NOT_THEIRS,
    capabilities: capabilitiesOfOwn(own),
    content: "fhir",
    edge,
    direct: directOf(own, edge),
    failover,
    lag: lagOf(own, databases, now),
    dcs: null,
    exports: null,
    wal: null,
    devices: null,
    privateLink: null,
    vault: null,
    ...{ clocks: {}, disks: {} },
    target: (name) => broken.get(name) ?? none("target", name),
    hook: (name) => hooks.get(name) ?? none("hook", name),
    runBeside: (program) => runBeside(engine, { run, network: HOST_NETWORK }, program),
    readClock: (clock) => engineClock(engine, clock),
    bootId: () => kernelOf(engine, { image: tools, run }),
    sampled: [],
    usageOf: async () => null,
    whenLost: (signal) => whenEngineIsLost(engine, signal),
    saveLogs: (save) => saveLogs(engine, run, save),
    release: async () => {
      const healed = await healFromJournal(engine, folder, tools);
      await removeRun(engine, run);
      const left = healed.filter((each) => each.outcome === "failed");
      if (left.length > 0) throw new Error(`${inForceText(left)}: heal it`);
    },
  };
}

function directOf({ fhir }: OwnSystem, { askAt }: OwnEdge): System["direct"] {
  const found = Object.entries(fhir.direct).map(([side, base]) => [side, { base, ask: askAt(base) }]);
  return Object.fromEntries(found);
}

/** What can be done with a system of that description. */
export function capabilitiesOfOwn({ targets, hooks, observe, switchover }: OwnSystem): ReadonlySet<Capability> {
  const has = new Set<Capability>(["content"]);
  if (Object.keys(targets).length > 0) has.add("target");
  if (Object.keys(hooks).length > 0) has.add("hook");
  if (observe.primary !== undefined && switchover !== undefined) has.add("failover");
  if (observe.lag !== undefined) has.add("lag");
  return has;
}

/** `null`: its description does not say how they are reached. */
export async function databasesOf({ sql }: OwnSystem, secrets: Secrets): Promise<Reachable | null> {
  if (sql === undefined) return null;
  return reachedBy({ a: await secrets.read(sql.a), b: await secrets.read(sql.b) });
}

function lagOf({ observe: { lag } }: OwnSystem, databases: Reachable | null, now: Clock): System["lag"] {
  if (lag === undefined) return null;
  if ("run" in lag) return { sampler: () => lagByProgram(lag.run, now) };
  return databases && { sampler: () => lagBySql(databases) };
}

async function failoverOf(
  { observe, switchover }: OwnSystem,
  databases: Reachable | null,
  now: Clock,
): Promise<SelfFailover | null> {
  if (observe.primary === undefined) return null;
  return {
    ask: await primaryBy(observe.primary, databases, now),
    switchOver: async (to) => {
      const step = switchover?.[to];
      if (step === undefined) throw new Error(`the description has no switchover to ${to.toUpperCase()}`);
      return (await outputOf(step)).trim().slice(0, 200);
    },
    restart: () => Promise.reject(new Error("the description says nothing of restarts")),
  };
}

function none(what: string, name: string): never {
  throw new Error(`the description of the system has no ${what} ${name}`);
}

/** Asked for by no fault that such a system can have: `capabilities` keeps them away. */
function lacks<T extends object>(what: string): T {
  return new Proxy({} as T, {
    get: () => {
      throw new Error(`one's own system has no ${what} that a drill could use`);
    },
  });
}
const never = (what: string) => (): never => {
  throw new Error(`one's own system has no ${what} that a drill could use`);
};

const NOT_THEIRS = {
  links: lacks<System["links"]>("links"),
  proxy: lacks<System["proxy"]>("proxy"),
  postgres: lacks<System["postgres"]>("databases"),
  hapi: lacks<System["hapi"]>("FHIR servers"),
  replication: lacks<System["replication"]>("replication"),
  netfilter: lacks<System["netfilter"]>("network"),
  startHapiB: never("FHIR server B"),
  site: never("sites"),
  component: never("components"),
  processor: never("processors"),
};
