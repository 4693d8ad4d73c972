/**
 * An attached system: the user's own, drilled as far as its description allows. Nothing of it is started or removed here; what
 * a drill breaks is healed by its fault, by the dead man's switch, or from the undo journal.
 */
import type { Capability } from "../../model/plan/capability.ts";
import type { OwnSystem } from "../../model/plan/own-system.ts";
import type { Clock } from "../../model/record/clock.ts";
import { lagBySql } from "../../replication/physical/by-sql.ts";
import type { SelfFailover } from "../../system/self-failover.ts";
import type { System } from "../../system/system.ts";
import type { Engine } from "../lab/engine.ts";
import type { OwnEdge } from "./edge.ts";
import { healFromJournal } from "./heal.ts";
import { hookFault } from "./hook-fault.ts";
import { inForceText, type Journal } from "./journal.ts";
import { lagByProgram } from "./lag.ts";
import type { Place } from "./place.ts";
import { primaryBy, type Reached } from "./primary.ts";
import type { Secrets } from "./secret.ts";
import { type Reachable, reachedBy } from "./sql.ts";
import { outputOf } from "./step.ts";

/** The dead man's switch ends faults on containers and isolations of pods after this time at the latest. */
export const TTL_SECONDS = 900;

export interface AttachOptions {
  run: string;
  /** The run's folder, where the undo journal is. */
  folder: string;
  journal: Journal;
  own: OwnSystem;
  place: Place;
  /** `null`: not needed. */
  engine: Engine | null;
  /** The image of the helper containers beside targets; `null`: there are no container targets. */
  tools: string | null;
  edge: OwnEdge;
  reached: Reached;
  now: Clock;
}

export async function attach(options: AttachOptions): Promise<System> {
  const { run, folder, journal, own, place, engine, tools, edge, reached, now } = options;
  const { remove, ...there } = place;
  const hooks = new Map(Object.entries(own.hooks).map(([name, hook]) => [name, hookFault(name, hook, run, journal)]));
  const failover = await failoverOf(own, reached, now);
  return {
    ...LACKING,
    ...there,
    capabilities: capabilitiesOfOwn(own),
    content: "fhir",
    edge,
    direct: directOf(own, edge),
    failover,
    lag: lagOf(own, reached.databases, now),
    dcs: null,
    exports: null,
    wal: null,
    devices: null,
    privateLink: null,
    vault: null,
    ...{ clocks: {}, disks: {} },
    hook: (name) => hooks.get(name) ?? none("hook", name),
    sampled: [],
    usageOf: async () => null,
    release: async () => {
      const healed = await healFromJournal(engine, folder, tools);
      await remove();
      const left = healed.filter((each) => each.outcome === "failed");
      if (left.length > 0) throw new Error(`${inForceText(left)}: heal it`);
    },
  };
}

function directOf({ fhir }: OwnSystem, { askAt }: OwnEdge): System["direct"] {
  const found = Object.entries(fhir.direct).map(([side, base]) => [side, { base, ask: askAt(base) }]);
  return Object.fromEntries(found);
}

/** The capabilities of a system with this description. */
export function capabilitiesOfOwn(own: OwnSystem): ReadonlySet<Capability> {
  const { targets, hooks, observe, switchover, kubernetes } = own;
  const has = new Set<Capability>(["content"]);
  if (Object.keys(targets).length > 0) has.add("target").add(kubernetes === undefined ? "container" : "pod");
  if (Object.keys(hooks).length > 0) has.add("hook");
  if (observe.primary !== undefined && switchover !== undefined) has.add("failover");
  if (observe.lag !== undefined) has.add("lag");
  return has;
}

/** `null`: its description has no database URLs. */
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
  reached: Reached,
  now: Clock,
): Promise<SelfFailover | null> {
  if (observe.primary === undefined) return null;
  return {
    ask: await primaryBy(observe.primary, reached, now),
    switchOver: async (to) => {
      const step = switchover?.[to];
      if (step === undefined) throw new Error(`the description has no switchover to ${to.toUpperCase()}`);
      return (await outputOf(step)).trim().slice(0, 200);
    },
    restart: () => Promise.reject(new Error("the description has no restart")),
  };
}

function none(what: string, name: string): never {
  throw new Error(`the description of the system has no ${what} ${name}`);
}

/** Never used: `capabilities` excludes the faults that need it. */
function lacks<T extends object>(what: string): T {
  return new Proxy({} as T, {
    get: () => {
      throw new Error(`an attached system has no ${what} that a drill could use`);
    },
  });
}
const never = (what: string) => (): never => {
  throw new Error(`an attached system has no ${what} that a drill could use`);
};

const LACKING = {
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
