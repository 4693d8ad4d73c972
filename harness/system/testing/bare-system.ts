/** For tests: a system that has only what the test gives it. Anything else throws, and names what was asked for. */
import type pg from "pg";
import { ALL_CAPABILITIES } from "../../model/plan/capability.ts";
import type { SiteName } from "../../model/plan/site.ts";
import type { Component } from "../component.ts";
import type { Database } from "../database.ts";
import type { Edge } from "../edge.ts";
import type { FhirServer } from "../fhir-server.ts";
import type { Links } from "../links.ts";
import type { Netfilter } from "../netfilter.ts";
import type { PodTarget } from "../pod.ts";
import type { PrivateLink } from "../private-link.ts";
import type { Processor } from "../processor.ts";
import type { Replication } from "../replication.ts";
import type { Router } from "../router.ts";
import type { System } from "../system.ts";
import type { ContainerTarget, Target } from "../target.ts";
import type { Vault } from "../vault.ts";

function lacks(what: string): () => never {
  return () => {
    throw new Error(`the test's system has no ${what}`);
  };
}

export type Row = Record<string, unknown>;

/** A database's answers to SQL, by a function of the statement with its whitespace collapsed. */
export function queryBy(answer: (sql: string, values: unknown[]) => Row[] | Promise<Row[]>): Database["query"] {
  // The caller states which row a statement has, and nobody checks; the same holds for the real database.
  return async <Found>(sql: string, values: unknown[] = []) =>
    (await answer(sql.replace(/\s+/g, " ").trim(), values)) as Found[];
}

/** A session with nothing but answers. */
export function sessionBy(query: (sql: string) => Promise<{ rows: Row[]; rowCount: number }>): pg.Client {
  return { query, on: () => {}, end: async () => {} } as unknown as pg.Client;
}

export function bareDatabase(side: SiteName, has: Partial<Database> = {}): Database {
  const name = `database ${side.toUpperCase()}`;
  return {
    side,
    name: "store",
    clientRole: "client",
    query: lacks(`query of ${name}`),
    connect: lacks(`connection to ${name}`),
    connectAsClient: lacks(`connection to ${name}`),
    killProcess: lacks(`process of ${name}`),
    restart: lacks(`restart of ${name}`),
    untilReady: lacks(`start of ${name}`),
    ...has,
  };
}

export function bareServer(side: SiteName, has: Partial<FhirServer> = {}): FhirServer {
  const name = `FHIR server ${side.toUpperCase()}`;
  return {
    side,
    request: lacks(`request to ${name}`),
    asking: lacks(`request to ${name}`),
    isReady: lacks(name),
    stop: lacks(`stop of ${name}`),
    startAgain: lacks(`start of ${name}`),
    ...has,
  };
}

export function bareLinks(has: Partial<Links> = {}): Links {
  return {
    addressOf: lacks("address of a link"),
    addressWithin: (link) => `links:${link.length}`,
    server: "links:1",
    setEnabled: lacks("link to switch"),
    isEnabled: lacks("link to look at"),
    redirect: lacks("link to redirect"),
    addToxic: lacks("link to poison"),
    removeToxic: lacks("link to poison"),
    toxicsOf: lacks("link to look at"),
    ...has,
  };
}

export function bareEdge(has: Partial<Edge> = {}): Edge {
  return { ask: lacks("service to ask"), fromBeside: lacks("service to ask"), ...has };
}

export function bareComponent(has: Partial<Component> = {}): Component {
  return {
    state: lacks("component to look at"),
    status: lacks("component to look at"),
    kill: lacks("component to kill"),
    freeze: lacks("component to freeze"),
    thaw: lacks("component to thaw"),
    startAgain: lacks("component to start"),
    ...has,
  };
}

export function bareProcessor(has: Partial<Processor> = {}): Processor {
  return {
    limit: lacks("processor"),
    quotaUs: lacks("processor"),
    timesMadeToWait: lacks("processor"),
    giveWork: lacks("processor"),
    ...has,
  };
}

export function bareNetfilter(has: Partial<Netfilter> = {}): Netfilter {
  return {
    addRules: lacks("packets"),
    removeRules: lacks("packets"),
    packetsOf: lacks("packets"),
    run: lacks("network of a component"),
    nameServer: "192.0.2.1/32",
    deadAddress: lacks("network"),
    ...has,
  };
}

export function bareVault(has: Partial<Vault> = {}): Vault {
  return {
    guards: "data",
    component: bareComponent(),
    port: 8200,
    askAsClient: lacks("client of a vault"),
    isAllowed: lacks("vault"),
    setAllowed: lacks("vault"),
    clientLedger: lacks("client of a vault"),
    data: null,
    ...has,
  };
}

export function barePrivateLink(has: Partial<PrivateLink> = {}): PrivateLink {
  return {
    baseUrl: "http://fhir.test/fhir",
    endpoints: { a: null, b: null },
    resolver: lacks("resolver"),
    switchRecord: lacks("record to switch"),
    setLinked: lacks("zone to link"),
    lookUp: lacks("resolver to ask"),
    reachesOther: lacks("client network"),
    runBeside: lacks("client network"),
    ...has,
  };
}

function bareTarget(name: string): Target {
  return {
    ...{ name, id: `id of ${name}` },
    status: lacks(`status of ${name}`),
    startAgain: lacks(`start of ${name}`),
    startedAt: lacks(`start of ${name}`),
    crash: lacks(`crash of ${name}`),
    isolate: lacks(`network of ${name}`),
    rejoin: lacks(`network of ${name}`),
    packetsDropped: lacks(`network of ${name}`),
  };
}

export function bareContainerTarget(name: string, has: Partial<ContainerTarget> = {}): ContainerTarget {
  return {
    ...bareTarget(name),
    kill: lacks(`kill of ${name}`),
    freeze: lacks(`freeze of ${name}`),
    thaw: lacks(`thaw of ${name}`),
    limitProcessor: lacks(`processor of ${name}`),
    restoreProcessor: lacks(`processor of ${name}`),
    processorLimit: lacks(`processor of ${name}`),
    timesThrottled: lacks(`processor of ${name}`),
    ...has,
  };
}

export function barePod(name: string, has: Partial<PodTarget> = {}): PodTarget {
  return {
    ...bareTarget(name),
    remove: lacks(`deletion of ${name}`),
    awaitReplacement: lacks(`controller of ${name}`),
    replacement: lacks(`controller of ${name}`),
    drain: lacks(`node of ${name}`),
    undrain: lacks(`node of ${name}`),
    drained: lacks(`node of ${name}`),
    ...has,
  };
}

export function bareRouter(has: Partial<Router> = {}): Router {
  return { route: lacks("proxy to route by"), ...has };
}

export function bareReplication(has: Partial<Replication> = {}): Replication {
  const none = lacks("replication");
  return {
    ...{ publish: none, copy: none, copyAnew: none, goOn: none, untilFollowing: none, copied: none },
    ...{ makeStandby: none, stop: none, keepFor: none, keepNothing: none, setDurability: none },
    ...{ lagBytes: none, writtenBy: none, unconfirmedBytes: none, untilConfirmed: none, sampler: none },
    ...{ fence: none, endTransactions: none, silence: none, unfence: none, isFenced: none, strandedOn: none },
    ...has,
  };
}

export function bareSystem(has: Partial<System> = {}): System {
  return {
    capabilities: ALL_CAPABILITIES,
    content: "sql",
    edge: bareEdge(),
    direct: {},
    links: bareLinks(),
    proxy: bareRouter(),
    postgres: { a: bareDatabase("a"), b: bareDatabase("b") },
    hapi: { a: bareServer("a"), b: bareServer("b") },
    replication: bareReplication(),
    lag: null,
    startHapiB: lacks("FHIR server B to start"),
    failover: null,
    dcs: null,
    exports: null,
    wal: null,
    devices: null,
    privateLink: null,
    vault: null,
    site: lacks("sites"),
    component: lacks("components"),
    processor: lacks("processors"),
    clocks: {},
    netfilter: bareNetfilter(),
    disks: {},
    target: lacks("target"),
    container: lacks("container"),
    pod: lacks("pod"),
    hook: lacks("hook"),
    sampled: [],
    usageOf: lacks("counters"),
    bootId: lacks("kernel"),
    runBeside: lacks("room for a program"),
    readClock: lacks("clock"),
    whenLost: lacks("end"),
    saveLogs: lacks("logs"),
    release: lacks("end"),
    ...has,
  };
}
