/**
 * The whole system under drill, started in the order that works:
 *
 *     k6 ─► edge ─► nginx ─┬─► hapi-a link ─► HAPI A ─► pg-a link ─► PostgreSQL A
 *                          │                                              ║ replication link
 *                          └─► hapi-b link ─► HAPI B ─► pg-b link ─► PostgreSQL B
 *
 * schema to both → B subscribes, with copy → all tables ready → B's sequences moved → B fenced → both HAPIs → proxy.
 */
import { randomBytes } from "node:crypto";
import type { Config } from "../model/config.ts";
import type { Step } from "../model/run.ts";
import type { Side } from "../model/side.ts";
import { createNetwork } from "./container.ts";
import type { Engine } from "./engine.ts";
import { createHapiRole, type Golden } from "./golden.ts";
import { HAPI_ROLE, type Hapi, startHapi } from "./hapi.ts";
import { type Links, linkAddress, startLinks } from "./links.ts";
import { removeRun } from "./ownership.ts";
import { ADMIN, type Postgres, startPostgres } from "./postgres.ts";
import { type FailoverProxy, startProxy } from "./proxy.ts";
import {
  FIRST_HEARTBEAT,
  fence,
  HEARTBEAT_TABLE,
  publish,
  separateSequences,
  setDurability,
  startFollowing,
  subscribe,
} from "./replication.ts";

export type Part = "postgres" | "hapi" | "nginx" | "toxiproxy" | "k6";

export interface Topology {
  run: string;
  network: string;
  engine: Engine;
  /** Of all roles of the run. */
  password: string;
  links: Links;
  proxy: FailoverProxy;
  postgres: Record<Side, Postgres>;
  hapi: Record<Side, Hapi>;
  remove: () => Promise<void>;
}

export interface TopologyOrder {
  run: string;
  images: Record<Part, string>;
  golden: Golden;
  replication: Config["replication"];
  /** Told when a step begins and, with its time, when it is done. */
  onStep: (step: string, done?: Step) => void;
  signal?: AbortSignal;
}

export async function startTopology(engine: Engine, order: TopologyOrder): Promise<Topology> {
  const { run, images, golden, signal } = order;
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    signal?.throwIfAborted();
    order.onStep(name);
    const beganMs = performance.now();
    const result = await work();
    order.onStep(name, { step: name, tookMs: Math.round(performance.now() - beganMs) });
    return result;
  };
  const remove = () => removeRun(engine, run).then(() => {});
  // Whoever still waits for one of its containers to become ready need not wait any longer.
  const removeEarly = () => void remove().catch(() => {});
  signal?.addEventListener("abort", removeEarly, { once: true });
  const password = randomBytes(16).toString("hex");
  try {
    const network = await createNetwork(engine, run);
    const where = (part: Part) => ({ run, network, image: images[part], signal });
    const [links, a, b] = await step("links and databases", () =>
      allStarted([
        startLinks(engine, where("toxiproxy")),
        startPostgres(engine, where("postgres"), "a", password),
        startPostgres(engine, where("postgres"), "b", password),
      ]),
    );
    await step("schema", async () => {
      await Promise.all([a, b].map((postgres) => createHapiRole(postgres, password)));
      await Promise.all([a, b].map((postgres) => postgres.runFile(HEARTBEAT_TABLE, ADMIN)));
      await Promise.all([a, b].map((postgres) => postgres.runFile(asOwner(golden.schema), ADMIN)));
      await a.runFile(asOwner(golden.data), ADMIN);
    });
    await step("replication", async () => {
      await a.query(FIRST_HEARTBEAT);
      await Promise.all([a, b].map((postgres) => publish(postgres, password)));
      await subscribe(b, password, "copy");
      await startFollowing(b, signal);
      await separateSequences(b);
      await setDurability(a, order.replication);
      await fence(b);
    });
    const hapiOrder = { ...where("hapi"), password };
    const [hapiA, hapiB, proxy] = await step("FHIR servers and proxy", () =>
      allStarted([
        startHapi(engine, { ...hapiOrder, side: "a", database: linkAddress("pg-a"), scheduledJobs: true }),
        startHapi(engine, { ...hapiOrder, side: "b", database: linkAddress("pg-b"), scheduledJobs: false }),
        startProxy(engine, where("nginx"), "a"),
      ]),
    );
    return { run, network, engine, password, links, proxy, postgres: { a, b }, hapi: { a: hapiA, b: hapiB }, remove };
  } catch (error) {
    await remove();
    throw error;
  } finally {
    signal?.removeEventListener("abort", removeEarly);
  }
}

/** Like `Promise.all`, but a failure waits for the others: what is still being started could not be removed. */
async function allStarted<T extends readonly Promise<unknown>[]>(
  starts: [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starts);
  return Promise.all(starts) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}

/** What is created belongs to HAPI, as if it had made it itself. */
function asOwner(sql: string): string {
  return `set role ${HAPI_ROLE};\n${sql}`;
}
