/**
 * The whole system under drill, started in the order that works:
 *
 *     k6 ─► edge ─► nginx ─┬─► hapi-a link ─► HAPI A ─► pg-a link ─► PostgreSQL A
 *                          │                                              ║ replication link
 *                          └─► hapi-b link ─► HAPI B ─► pg-b link ─► PostgreSQL B
 *
 * schema to both → B subscribes, with copy → all tables ready → B's sequences moved → B fenced, if it shall be → both HAPIs → proxy.
 */
import { randomBytes } from "node:crypto";
import type { Config } from "../model/config.ts";
import type { Step } from "../model/run.ts";
import type { PUBLISHED } from "../model/settings.ts";
import type { Side } from "../model/side.ts";
import { clockLibrary } from "./clock.ts";
import { createNetwork } from "./container.ts";
import { type Disk, startDisk } from "./disk.ts";
import type { Engine } from "./engine.ts";
import { createHapiRole, type Golden } from "./golden.ts";
import { HAPI_ROLE, type Hapi, startHapi } from "./hapi.ts";
import { type Links, linkAddress, startLinks } from "./links.ts";
import { type Netfilter, netfilterOf } from "./netfilter.ts";
import { removeRun } from "./ownership.ts";
import { ADMIN, type Postgres, startPostgres } from "./postgres.ts";
import { type FailoverProxy, startProxy } from "./proxy.ts";
import { HEARTBEAT_TABLE, makeStandby, publishBoth, startFollowing, subscribe } from "./replication.ts";
import { stepper } from "./step.ts";

export type Part = (typeof PUBLISHED)[number] | "tools";

export interface Topology {
  run: string;
  network: string;
  engine: Engine;
  /** Of all roles of the run. */
  password: string;
  links: Links;
  proxy: FailoverProxy;
  postgres: Record<Side, Postgres>;
  /** One that was not started yet throws when it is asked for. */
  hapi: Record<Side, Hapi>;
  /** Starts B's FHIR server, where it was not started with the others. */
  startHapiB: (signal?: AbortSignal) => Promise<void>;
  netfilter: Netfilter;
  /** Of the sides whose database has a small disk of its own. */
  disks: Partial<Record<Side, Disk>>;
  remove: () => Promise<void>;
}

export interface TopologyOrder {
  run: string;
  images: Record<Part, string>;
  golden: Golden;
  config: Pick<Config, "replication" | "proxy" | "fencing">;
  /** The sides whose database gets a small disk of its own, so that it can be full. */
  smallDisks?: readonly Side[];
  /** The sides whose FHIR server gets a clock that can be set. */
  ownClocks?: readonly Side[] | undefined;
  /** `false`: B stays empty and its FHIR server is not started. */
  replicated?: boolean;
  /** Told when a step begins and, with its time, when it is done. */
  onStep: (step: string, done?: Step) => void;
  signal?: AbortSignal;
  /** Called when the start has failed, while what was started is still there. */
  beforeRemoval?: () => Promise<void>;
}

export async function startTopology(engine: Engine, order: TopologyOrder): Promise<Topology> {
  const { run, images, golden, config, signal, replicated = true } = order;
  const step = stepper(order.onStep, signal);
  const remove = () => removeRun(engine, run).then(() => {});
  const password = randomBytes(16).toString("hex");
  const disks: Topology["disks"] = {};
  try {
    const network = await step("network", () => createNetwork(engine, run));
    const where = (part: Part) => ({ run, network, image: images[part], signal });
    const database = async (side: Side) => {
      if (order.smallDisks?.includes(side)) disks[side] = await startDisk(engine, where("postgres"), side);
      return startPostgres(engine, where("postgres"), side, password, disks[side]);
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
    if (replicated)
      await step("replication", async () => {
        await publishBoth({ a, b }, password, config);
        await subscribe(b, password, "copy");
        await startFollowing(b, signal);
        await makeStandby({ a, b }, config);
      });
    const started: Partial<Record<Side, Hapi>> = {};
    const library = order.ownClocks?.length ? await step("clock", () => clockLibrary(where("tools"))) : undefined;
    const start = async (side: Side, calledOff = signal) => {
      const database = linkAddress(`pg-${side}`);
      const clock = order.ownClocks?.includes(side) ? library : undefined;
      const own = { password, side, database, clock };
      started[side] = await startHapi(engine, { ...where("hapi"), signal: calledOff, ...own });
    };
    const hapiOf = (side: Side): Hapi => {
      const hapi = started[side];
      if (!hapi) throw new Error(`HAPI ${side.toUpperCase()} was not started yet`);
      return hapi;
    };
    const [, , proxy] = await step("FHIR servers and proxy", () =>
      allStarted([
        start("a"),
        replicated ? start("b") : Promise.resolve(),
        startProxy(engine, where("nginx"), config.proxy),
      ]),
    );
    const hapi = {
      get a() {
        return hapiOf("a");
      },
      get b() {
        return hapiOf("b");
      },
    };
    const startHapiB = (calledOff?: AbortSignal) => start("b", calledOff);
    const netfilter = netfilterOf(engine, where("tools"));
    return {
      ...{ run, network, engine, password, links, netfilter, proxy },
      ...{ postgres: { a, b }, hapi, startHapiB, disks, remove },
    };
  } catch (error) {
    await order.beforeRemoval?.().catch(() => {});
    await remove();
    throw error;
  }
}

/** Like `Promise.all`, but a failure waits for the others: what is still being started could not be removed. */
export async function allStarted<T extends readonly Promise<unknown>[]>(
  starts: [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starts);
  return Promise.all(starts) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}

/** What is created belongs to HAPI, as if it had made it itself. */
export function asOwner(sql: string): string {
  return `set role ${HAPI_ROLE};\n${sql}`;
}
