/**
 * The lab with physical replication: Patroni runs both databases, and fails over.
 *
 *     k6 ─► edge ─► nginx ─┬─► hapi-a link ─► HAPI A ─► HAProxy A ─┬─► pg-a link ─► Patroni and PostgreSQL A ─ etcd A
 *                          │                                       ╳                        ║ replication link    │
 *                          └─► hapi-b link ─► HAPI B ─► HAProxy B ─┴─► pg-b link ─► Patroni and PostgreSQL B ─ etcd B
 *                                                                                                         etcd witness
 *
 * etcd → A makes its database → B copies it, while the schema is loaded into A → both HAPIs → proxy.
 */
import { randomBytes } from "node:crypto";
import type { Config, PatroniSettings } from "../../model/config.ts";
import { SIDES, type Side } from "../../model/side.ts";
import { createNetwork } from "../container.ts";
import type { Engine } from "../engine.ts";
import { createHapiRole } from "../golden.ts";
import { startHapi } from "../hapi.ts";
import { LINK_SERVER, linkAddress, listenPortOf, type Route, startLinks } from "../links.ts";
import { netfilterOf } from "../netfilter.ts";
import { removeRun } from "../ownership.ts";
import { ADMIN, DATABASE, untilReady } from "../postgres.ts";
import { startProxy } from "../proxy.ts";
import { FIRST_HEARTBEAT, HEARTBEAT_TABLE } from "../replication.ts";
import { stepper } from "../step.ts";
import { allStarted, asOwner, type Part, type Topology, type TopologyOrder } from "../topology.ts";
import { type Etcd, startEtcd, untilAgreed } from "./etcd.ts";
import { type Haproxy, haproxyName, startHaproxy } from "./haproxy.ts";
import { type Member, startMember, untilFollows, untilPrimary } from "./member.ts";
import { DCS_SITES, type DcsSite, HAPROXY_PORT, memberName, REST_PORT, type Server } from "./settings.ts";

export interface PatroniTopology extends Topology {
  members: Record<Side, Member>;
  haproxy: Record<Side, Haproxy>;
  etcd: Record<DcsSite, Etcd>;
}

export type PatroniPart = Part | "patroni" | "etcd" | "haproxy";

export interface PatroniOrder
  extends Omit<TopologyOrder, "images" | "config" | "smallDisks" | "ownClocks" | "replicated"> {
  images: Record<PatroniPart, string>;
  patroni: PatroniSettings;
  replication: Config["replication"];
}

/** By these each HAProxy asks a member whether it is the primary: the same way as the connections that it decides about. */
const REST_ROUTES: Record<Side, Route> = {
  a: { port: REST_PORT, upstream: `${memberName("a")}:${REST_PORT}` },
  b: { port: REST_PORT + 1, upstream: `${memberName("b")}:${REST_PORT}` },
};
const BESIDE = { "patroni-a": REST_ROUTES.a, "patroni-b": REST_ROUTES.b };

const SERVERS: readonly Server[] = SIDES.map((side) => ({
  name: memberName(side),
  host: LINK_SERVER.name,
  port: listenPortOf(`pg-${side}`),
  restPort: REST_ROUTES[side].port,
}));

/** Each is followed by the link that leads to it. */
const FOLLOWED_AT: Record<Side, string> = { a: linkAddress("replication"), b: linkAddress("replication-back") };

export async function startPatroni(engine: Engine, order: PatroniOrder): Promise<PatroniTopology> {
  const { run, images, golden, patroni, replication, signal } = order;
  const step = stepper(order.onStep, signal);
  const remove = () => removeRun(engine, run).then(() => {});
  const password = randomBytes(16).toString("hex");
  try {
    const network = await step("network", () => createNetwork(engine, run));
    const where = (part: PatroniPart) => ({ run, network, image: images[part], signal });
    const [links, etcdA, etcdB, witness] = await step("links and etcd", () =>
      allStarted([
        startLinks(engine, where("toxiproxy"), BESIDE),
        ...DCS_SITES.map((site) => startEtcd(engine, where("etcd"), site)),
      ] as [ReturnType<typeof startLinks>, Promise<Etcd>, Promise<Etcd>, Promise<Etcd>]),
    );
    const etcd = { a: etcdA, b: etcdB, witness };
    await step("etcd agrees", () => untilAgreed(engine, Object.values(etcd), signal));
    const member = (side: Side) =>
      startMember(engine, where("patroni"), { side, followedAt: FOLLOWED_AT[side], password, patroni, replication });
    const a = await step("primary", async () => {
      const started = await member("a");
      await untilPrimary(engine, started, signal);
      return started;
    });
    const loadSchema = async () => {
      const made = await a.container.exec(["createdb", "-U", ADMIN, DATABASE]);
      if (made.exitCode !== 0) throw new Error(`createdb: ${made.output.trim()}`);
      await untilReady(engine, a.postgres, signal);
      await createHapiRole(a.postgres, password);
      await a.postgres.runFile(HEARTBEAT_TABLE, ADMIN);
      await a.postgres.query(FIRST_HEARTBEAT);
      await a.postgres.runFile(asOwner(golden.schema), ADMIN);
      await a.postgres.runFile(asOwner(golden.data), ADMIN);
    };
    const [b, haproxyA, haproxyB] = await step("standby, schema and HAProxy", async () => {
      const haproxyOf = (side: Side) => startHaproxy(engine, where("haproxy"), side, SERVERS, patroni);
      const [started, ha, hb] = await allStarted([member("b"), haproxyOf("a"), haproxyOf("b"), loadSchema()]);
      await untilFollows(engine, started, replication, signal);
      return [started, ha, hb] as const;
    });
    const hapiOf = (side: Side) =>
      startHapi(engine, { ...where("hapi"), side, password, database: `${haproxyName(side)}:${HAPROXY_PORT}` });
    const [hapiA, hapiB, proxy] = await step("FHIR servers and proxy", () =>
      allStarted([hapiOf("a"), hapiOf("b"), startProxy(engine, where("nginx"), "balanced")]),
    );
    return {
      ...{ run, network, engine, password, links, proxy, etcd, remove },
      ...{ netfilter: netfilterOf(engine, where("tools")), disks: {}, startHapiB: async () => {} },
      members: { a, b },
      postgres: { a: a.postgres, b: b.postgres },
      haproxy: { a: haproxyA, b: haproxyB },
      hapi: { a: hapiA, b: hapiB },
    };
  } catch (error) {
    await order.beforeRemoval?.().catch(() => {});
    await remove();
    throw error;
  }
}
