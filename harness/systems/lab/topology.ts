/**
 * The whole system under drill, started in the order that works:
 *
 *     k6 ─► edge ─► nginx ─┬─► hapi-a link ─► HAPI A ─► pg-a link ─► PostgreSQL A
 *                          │                                              ║ replication link
 *                          └─► hapi-b link ─► HAPI B ─► pg-b link ─► PostgreSQL B
 *
 * schema into both → B subscribes, with copy → all tables ready → B's sequences moved → B fenced, if configured → both HAPIs → proxy.
 */
import { randomBytes } from "node:crypto";
import { ALL_CAPABILITIES, type Capability } from "../../model/plan/capability.ts";
import type { Config } from "../../model/plan/config.ts";
import type { PUBLISHED } from "../../model/plan/settings.ts";
import type { ComponentName, DeviceComponent, SiteName } from "../../model/plan/site.ts";
import { SAMPLED_OF_VAULT } from "../../model/record/probe.ts";
import type { Step } from "../../model/record/run.ts";
import { HEARTBEAT_TABLE } from "../../replication/heartbeat.ts";
import { logicalReplication } from "../../replication/logical/logical.ts";
import type { Machine } from "../../system/site.ts";
import type { System } from "../../system/system.ts";
import { allStarted } from "./all-started.ts";
import { clockLibrary, setClock } from "./clock.ts";
import { componentOf } from "./component.ts";
import { createNetwork } from "./container.ts";
import { type DevicesOptions, startDevices } from "./devices/start.ts";
import { startDisk, type Volume } from "./disk.ts";
import type { Engine } from "./engine.ts";
import { exportJobs } from "./export-jobs.ts";
import { createHapiRole, type Golden } from "./golden.ts";
import { type Hapi, startHapi } from "./hapi.ts";
import { type LabLinks, linkAddress, startLinks } from "./links.ts";
import { mechanicsOf } from "./mechanics.ts";
import { removeRun } from "./ownership.ts";
import { ADMIN, HAPI_ROLE, type Postgres, startPostgres } from "./postgres.ts";
import { type PrivateLinkOptions, startPrivateLink } from "./private-link/start.ts";
import { type FailoverProxy, startProxy } from "./proxy.ts";
import { stepper } from "./step.ts";
import { startVault, type VaultOptions } from "./vault/start.ts";

/** Components with an image of their own. */
export type ImageKey = (typeof PUBLISHED)[number] | "tools";

/** All capabilities of a lab: it has an operator, so neither failover of its own nor a DCS. Extensions come on top. */
export const LAB_CAPABILITIES: ReadonlySet<Capability> = new Set(
  [...ALL_CAPABILITIES].filter(
    (each) =>
      !["failover", "dcs", "devices", "privateLink", "vault", "target", "container", "pod", "hook"].includes(each),
  ),
);

/** The lab's capabilities with its extensions: devices, client networks, or a vault. */
export function capabilitiesWith({
  devices,
  privateLink,
  vault,
}: Record<"devices" | "privateLink" | "vault", unknown>) {
  const has: Capability[] = [];
  if (devices) has.push("devices");
  if (privateLink) has.push("privateLink");
  if (vault) has.push("vault");
  return new Set([...LAB_CAPABILITIES, ...has]);
}

/** A system started for one drill, with access to its containers for tests. */
export interface Topology extends System {
  run: string;
  network: string;
  engine: Engine;
  /** The password of all roles of the run. */
  password: string;
  links: LabLinks;
  proxy: FailoverProxy;
  postgres: Record<SiteName, Postgres>;
  hapi: Record<SiteName, Hapi>;
}

export interface TopologyOptions {
  run: string;
  images: Record<ImageKey, string>;
  golden: Golden;
  config: Pick<Config, "replication" | "proxy" | "fencing">;
  /** Sites whose database gets a small disk of its own to fill. */
  smallDisks?: readonly SiteName[];
  /** Sites whose FHIR server gets a clock that can be set. */
  ownClocks?: readonly SiteName[] | undefined;
  /** `undefined`: no devices. */
  devices?: DevicesOptions | undefined;
  /** `undefined`: clients are in the lab's own network. */
  privateLink?: PrivateLinkOptions | undefined;
  /** `undefined`: no vault. */
  vault?: VaultOptions | undefined;
  /** `false`: B stays empty and its FHIR server is not started. */
  replicated?: boolean;
  /** Called when a step begins and, with the duration, when it ends. */
  onStep: (step: string, done?: Step) => void;
  signal?: AbortSignal;
  /** Called when the start has failed, before everything started is removed. */
  beforeRemoval?: () => Promise<void>;
}

export async function startTopology(engine: Engine, options: TopologyOptions): Promise<Topology> {
  const { run, images, golden, config, signal, replicated = true } = options;
  const step = stepper(options.onStep, signal);
  const remove = () => removeRun(engine, run).then(() => {});
  const password = randomBytes(16).toString("hex");
  const disks: Partial<Record<SiteName, Volume>> = {};
  try {
    const network = await step("network", () => createNetwork(engine, run));
    const where = (part: ImageKey) => ({ run, network, image: images[part], signal });
    const { vault: ofVault } = options;
    const vault = ofVault && (await step("vault", () => startVault(engine, { run, network, signal }, ofVault)));
    const atDatabase = ofVault ? { ...where("postgres"), image: ofVault.images.postgres } : where("postgres");
    const database = async (side: SiteName) => {
      if (options.smallDisks?.includes(side)) disks[side] = await startDisk(engine, where("postgres"), side);
      const own = { disk: disks[side], dataKey: vault?.dataKeys[side] };
      return startPostgres(engine, atDatabase, side, password, own);
    };
    const [links, a, b] = await step("links and databases", () =>
      allStarted([startLinks(engine, where("toxiproxy")), database("a"), database("b")]),
    );
    await step("schema", async () => {
      await Promise.all([a, b].map((postgres) => createHapiRole(postgres, password)));
      await Promise.all([a, b].map((postgres) => postgres.runFile(HEARTBEAT_TABLE, ADMIN)));
      await Promise.all([a, b].map((postgres) => postgres.runFile(asOwner(golden.schema), ADMIN)));
      await a.runFile(asOwner(golden.data), ADMIN);
    });
    const replication = logicalReplication({ databases: { a, b }, links, password, config });
    if (replicated)
      await step("replication", async () => {
        await replication.publish();
        await replication.copy("b", { signal });
        await replication.makeStandby();
      });
    const dependants = vault && (await step("clients of the vault", () => vault.attach({ a, b }, where("tools"))));
    const started: Partial<Record<SiteName, Hapi>> = {};
    const clocks: System["clocks"] = {};
    const library = options.ownClocks?.length ? await step("clock", () => clockLibrary(where("tools"))) : undefined;
    const start = async (side: SiteName, calledOff = signal) => {
      const database = linkAddress(`pg-${side}`);
      const clock = options.ownClocks?.includes(side) ? library : undefined;
      const own = { password, side, database, clock, certificates: dependants?.certificates[side] };
      const server = await startHapi(engine, { ...where("hapi"), signal: calledOff, ...own });
      started[side] = server;
      if (clock) clocks[side] = (offsetSeconds) => setClock(server.container, offsetSeconds);
    };
    const hapiOf = (side: SiteName): Hapi => {
      const hapi = started[side];
      if (!hapi) throw new Error(`HAPI ${side.toUpperCase()} is not started yet`);
      return hapi;
    };
    const [, , proxy] = await step("FHIR servers and proxy", () =>
      allStarted([start("a"), replicated ? start("b") : Promise.resolve(), startProxy(engine, where("nginx"), config)]),
    );
    const hapi = {
      get a() {
        return hapiOf("a");
      },
      get b() {
        return hapiOf("b");
      },
    };
    const { devices, privateLink } = options;
    const here = { run, network, signal };
    const ofDevices = devices && (await step("brokers and bridges", () => startDevices(engine, here, devices)));
    const ofClients = privateLink && (await step("client networks", () => startPrivateLink(engine, here, privateLink)));
    const startHapiB = (calledOff?: AbortSignal) => start("b", calledOff);
    const postgres = { a, b };
    const parts = {
      ...{ links, proxy, postgres, hapi, devices: ofDevices?.parts },
      ...{ router: ofClients?.router, vault: vault?.contained },
    };
    const mechanics = mechanicsOf(engine, where("tools"), parts);
    const networks = ofClients?.machines(mechanics.netfilter);
    const machine = (part: ComponentName | DeviceComponent): Machine => ({
      name: part,
      component: mechanics.component(part),
    });
    const renewersAt = (side: SiteName): Machine[] => {
      const renewer = dependants?.renewers[side];
      return renewer ? [{ name: `renewer-${side}`, component: componentOf(engine, renewer) }] : [];
    };
    const sampledBeside = SAMPLED_OF_VAULT.filter((part) =>
      part === "vault" ? vault !== undefined : dependants?.renewers.a !== undefined,
    );
    return {
      ...mechanics,
      ...{
        run,
        network,
        engine,
        password,
        links,
        proxy,
        postgres,
        replication,
        lag: replication,
        hapi,
        startHapiB,
        disks,
        clocks,
      },
      sampled: [...mechanics.sampled, ...sampledBeside],
      capabilities: capabilitiesWith({ devices, privateLink, vault }),
      failover: null,
      dcs: null,
      exports: exportJobs(postgres),
      wal: null,
      devices: ofDevices?.devices ?? null,
      privateLink: ofClients?.privateLink ?? null,
      vault: dependants?.vault ?? null,
      site: (side) => ({
        // Broker and bridge do not need their site's FHIR server.
        beforeServer: [
          machine(`pg-${side}`),
          ...renewersAt(side),
          ...(ofDevices ? [machine(`broker-${side}`), machine(`bridge-${side}`)] : []),
        ],
        server: machine(`hapi-${side}`),
        ...(networks && { network: networks[side] }),
      }),
      release: remove,
    };
  } catch (error) {
    await options.beforeRemoval?.().catch(() => {});
    await remove();
    throw error;
  }
}

/** Runs the SQL as HAPI's role: everything that it creates belongs to HAPI, as if HAPI had created it. */
export function asOwner(sql: string): string {
  return `set role ${HAPI_ROLE};\n${sql}`;
}
