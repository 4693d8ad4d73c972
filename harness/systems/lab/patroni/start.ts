/**
 * The lab with physical replication: Patroni manages both databases and fails over.
 *
 *     k6 ─► edge ─► nginx ─┬─► hapi-a link ─► HAPI A ─► HAProxy A ─┬─► pg-a link ─► Patroni and PostgreSQL A ── etcd A
 *                          │                                       ╳                        ║ replication link     │
 *                          └─► hapi-b link ─► HAPI B ─► HAProxy B ─┴─► pg-b link ─► Patroni and PostgreSQL B ── etcd B
 *                                                                                                          etcd witness
 *
 * etcd → A creates its database → B copies it, while the schema is loaded into A → both HAPIs → proxy.
 */
import { randomBytes } from "node:crypto";
import type { Capability } from "../../../model/plan/capability.ts";
import type { PatroniSettings } from "../../../model/plan/config.ts";
import { type ComponentName, otherSite, SITES, type SiteName } from "../../../model/plan/site.ts";
import { SAMPLED_COMPONENTS, SAMPLED_OF_PATRONI } from "../../../model/record/probe.ts";
import { WAL_PLACES } from "../../../model/record/wal.ts";
import { FIRST_HEARTBEAT, HEARTBEAT_TABLE } from "../../../replication/heartbeat.ts";
import { physicalReplication } from "../../../replication/physical/physical.ts";
import type { Machine, Site } from "../../../system/site.ts";
import { allStarted } from "../all-started.ts";
import { componentOf } from "../component.ts";
import { createNetwork } from "../container.ts";
import { startDisk, type Volume } from "../disk.ts";
import type { Engine } from "../engine.ts";
import { createHapiRole } from "../golden.ts";
import { startHapi } from "../hapi.ts";
import type { PatroniImage } from "../images.ts";
import { linkAddress, type Route, startLinks } from "../links.ts";
import { mechanicsOf } from "../mechanics.ts";
import { removeRun } from "../ownership.ts";
import { ADMIN, DATABASE } from "../postgres.ts";
import { startProxy } from "../proxy.ts";
import { stepper } from "../step.ts";
import { asOwner, type Topology, type TopologyOptions } from "../topology.ts";
import { askMember } from "./ask.ts";
import { type Etcd, startEtcd, untilAgreed } from "./etcd.ts";
import { type Haproxy, haproxyName, startHaproxy } from "./haproxy.ts";
import { type Member, startMember, untilFollows, untilPrimary } from "./member.ts";
import { switchoverBy } from "./patronictl.ts";
import {
  DCS_SITES,
  type DcsSite,
  ETCD_PORTS,
  etcdName,
  HAPROXY_PORT,
  memberName,
  REST_PORT,
  type Server,
  slotName,
} from "./settings.ts";
import { walFilesOf } from "./wal-files.ts";

/** This lab has no operator to command, and no site has a clock of its own. */
export const PATRONI_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  ...([
    "hapi",
    "postgres",
    "links",
    "netfilter",
    "site",
    "failover",
    "dcs",
    "component",
    "processor",
    "disks",
    "content",
    "lag",
  ] as const),
]);

export interface PatroniTopology extends Topology {
  members: Record<SiteName, Member>;
  /** `null`: the FHIR servers' drivers find the primary. */
  haproxy: Record<SiteName, Haproxy> | null;
  etcd: Record<DcsSite, Etcd>;
}

type Kept = Pick<TopologyOptions, "run" | "golden" | "config" | "smallDisks" | "onStep" | "signal" | "beforeRemoval">;
export interface PatroniOptions extends Kept {
  images: Record<PatroniImage, string>;
  patroni: PatroniSettings;
}

/** HAProxy's health checks of the members use these routes. The same links carry the connections that depend on them. */
const REST_ROUTES: Record<SiteName, Route> = {
  a: { port: REST_PORT, upstream: `${memberName("a")}:${REST_PORT}` },
  b: { port: REST_PORT + 1, upstream: `${memberName("b")}:${REST_PORT}` },
};
const BESIDE = { "patroni-a": REST_ROUTES.a, "patroni-b": REST_ROUTES.b };

const SERVERS: readonly Server[] = SITES.map((side) => ({
  name: memberName(side),
  address: linkAddress(`pg-${side}`),
  restPort: REST_ROUTES[side].port,
}));

const isEtcd = (part: string) => part.startsWith("etcd-");

/** Each member is followed through the link that leads to it. */
const FOLLOWED_AT = { a: linkAddress("replication"), b: linkAddress("replication-back") };

export async function startPatroni(engine: Engine, options: PatroniOptions): Promise<PatroniTopology> {
  const { run, images, golden, patroni, signal } = options;
  const { replication } = options.config;
  const step = stepper(options.onStep, signal);
  const remove = () => removeRun(engine, run).then(() => {});
  const password = randomBytes(16).toString("hex");
  const disks: Partial<Record<SiteName, Volume>> = {};
  try {
    const network = await step("network", () => createNetwork(engine, run));
    const where = (part: PatroniImage) => ({ run, network, image: images[part], signal });
    const store = async () => {
      const [a, b, witness] = await allStarted([
        startEtcd(engine, where("etcd"), "a"),
        startEtcd(engine, where("etcd"), "b"),
        startEtcd(engine, where("etcd"), "witness"),
      ]);
      const members: Record<DcsSite, Etcd> = { a, b, witness };
      await untilAgreed(engine, Object.values(members), signal);
      return members;
    };
    const [links, etcd] = await step("links and etcd", () =>
      allStarted([startLinks(engine, where("toxiproxy"), BESIDE), store()]),
    );
    const member = async (side: SiteName) => {
      if (options.smallDisks?.includes(side)) disks[side] = await startDisk(engine, where("patroni"), side);
      const followedAt = FOLLOWED_AT[side];
      return startMember(engine, where("patroni"), {
        ...{ side, followedAt, password, patroni, replication, disk: disks[side] },
      });
    };
    const a = await step("primary", async () => {
      const started = await member("a");
      await untilPrimary(engine, started, signal);
      return started;
    });
    const loadSchema = async () => {
      const made = await a.container.exec(["createdb", "-U", ADMIN, DATABASE]);
      if (made.exitCode !== 0) throw new Error(`createdb: ${made.output.trim()}`);
      await a.postgres.untilReady(signal);
      await createHapiRole(a.postgres, password);
      await a.postgres.runFile(HEARTBEAT_TABLE, ADMIN);
      await a.postgres.query(FIRST_HEARTBEAT);
      await a.postgres.runFile(asOwner(golden.schema), ADMIN);
      await a.postgres.runFile(asOwner(golden.data), ADMIN);
    };
    const haproxyOf = (side: SiteName) => startHaproxy(engine, where("haproxy"), side, SERVERS, patroni);
    const routers = async () => {
      if (patroni.route === "driver") return null;
      const [a, b] = await allStarted([haproxyOf("a"), haproxyOf("b")]);
      return { a, b };
    };
    const [b, haproxy] = await step("standby, schema and HAProxy", async () => {
      const started = await allStarted([member("b"), routers(), loadSchema()]);
      await untilFollows(engine, started[0], replication, { rounds: [a, started[0]], signal });
      return started;
    });
    const databaseOf = (side: SiteName) =>
      haproxy === null ? SERVERS.map(({ address }) => address).join(",") : `${haproxyName(side)}:${HAPROXY_PORT}`;
    const hapiOf = (side: SiteName) =>
      startHapi(engine, { ...where("hapi"), side, password, database: databaseOf(side) });
    const [hapiA, hapiB, proxy] = await step("FHIR servers and proxy", () =>
      allStarted([hapiOf("a"), hapiOf("b"), startProxy(engine, where("nginx"), options.config)]),
    );

    const members = { a, b };
    const postgres = { a: a.postgres, b: b.postgres };
    const following = physicalReplication(postgres, slotName);
    const parts = { links, proxy, postgres, hapi: { a: hapiA, b: hapiB } };
    const mechanics = mechanicsOf(engine, where("tools"), parts);
    const machine = (part: ComponentName): Machine => ({ name: part, component: mechanics.component(part) });
    const dcsMember = (at: DcsSite): Machine => ({
      name: etcdName(at),
      component: componentOf(engine, { ...etcd[at], answers: () => etcd[at].isHealthy() }),
    });
    const site = (side: SiteName): Site => ({
      beforeServer: [
        dcsMember(side),
        machine(`pg-${side}`),
        ...(haproxy === null ? [] : [{ name: haproxyName(side), component: componentOf(engine, haproxy[side]) }]),
      ],
      server: machine(`hapi-${side}`),
    });
    return {
      ...mechanics,
      sampled: [...SAMPLED_COMPONENTS, ...SAMPLED_OF_PATRONI.filter((part) => haproxy !== null || isEtcd(part))],
      ...{ run, network, engine, password, ...parts, members, haproxy, etcd, site },
      capabilities: PATRONI_CAPABILITIES,
      replication: following,
      lag: following,
      failover: {
        ask: (side, withHistory) => askMember(side, members[side].rest, { withHistory }),
        switchOver: (to) => switchoverBy(members[to].container, memberName(otherSite(to)), memberName(to)),
        restart: async (side, calledOff) => {
          await parts.hapi[side].stop();
          await members[side].rest.restart();
          await parts.hapi[side].startAgain(calledOff);
        },
      },
      exports: null,
      wal: walFilesOf(engine, members, patroni.archive ? WAL_PLACES : ["own"]),
      ...{ devices: null, privateLink: null, vault: null },
      dcs: { members: DCS_SITES.map(dcsMember), port: ETCD_PORTS.client },
      startHapiB: async () => {},
      ...{ disks, clocks: {} },
      release: remove,
    };
  } catch (error) {
    await options.beforeRemoval?.().catch(() => {});
    await remove();
    throw error;
  }
}
