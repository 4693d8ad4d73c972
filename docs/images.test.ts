/** The page about images lists exactly the settings that the harness gives to each component. */
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { k6 } from "../harness/load/k6.ts";
import type { PatroniSettings } from "../harness/model/plan/config.ts";
import { HAPI_DIALECT } from "../harness/model/plan/dialect.ts";
import { placesOf } from "../harness/run/runner-places.ts";
import { bareEdge, barePrivateLink, bareSystem } from "../harness/system/testing/bare-system.ts";
import { DrillContainer } from "../harness/systems/lab/container.ts";
import { startBridge } from "../harness/systems/lab/devices/bridge.ts";
import { startBroker } from "../harness/systems/lab/devices/broker.ts";
import { type HapiOptions, startHapi } from "../harness/systems/lab/hapi.ts";
import { startLinks } from "../harness/systems/lab/links.ts";
import { startEtcd } from "../harness/systems/lab/patroni/etcd.ts";
import { startHaproxy } from "../harness/systems/lab/patroni/haproxy.ts";
import { startMember } from "../harness/systems/lab/patroni/member.ts";
import { startPostgres } from "../harness/systems/lab/postgres.ts";
import type { Client } from "../harness/systems/lab/private-link/client.ts";
import { startEndpoint } from "../harness/systems/lab/private-link/endpoint.ts";
import type { ClientNetwork } from "../harness/systems/lab/private-link/network.ts";
import { startResolver } from "../harness/systems/lab/private-link/resolver.ts";
import { runBeside } from "../harness/systems/lab/program-beside.ts";
import { PROOFS } from "../harness/systems/lab/proofs.ts";
import { startProxy } from "../harness/systems/lab/proxy.ts";
import { fakeEngine } from "../harness/systems/lab/testing/fake-engine.ts";
import { startRenewer } from "../harness/systems/lab/vault/client-certificates.ts";
import { startServer } from "../harness/systems/lab/vault/server.ts";
import { CONFIGS } from "../scenarios/configs.ts";
import { SCENARIOS } from "../scenarios/index.ts";

const PAGE = readFileSync(new URL("images.md", import.meta.url), "utf8");
/** Queried before a container is created: the user, and where an image keeps its data. */
const ENGINE = fakeEngine({
  info: async () => ({}),
  getImage: () => ({ inspect: async () => ({ Config: { Env: ["PGDATA=/var/lib/postgresql/data"] } }) }),
});
const WHERE = { run: "run", network: "network", image: "image" };

/** What Testcontainers keeps of a container's definition until it is started. */
interface Ordered {
  environment: Record<string, string>;
  exposedPorts: number[];
  contentsToCopy: { target: string }[];
  hostConfig: { Binds?: string[]; Mounts?: { Target: string }[] };
  createOpts: { Cmd?: string[]; User?: string };
}

afterEach(() => vi.restoreAllMocks());

async function handedBy(start: () => Promise<unknown>): Promise<string[]> {
  const ordered: Ordered[] = [];
  vi.spyOn(DrillContainer.prototype, "start").mockImplementation(function (this: DrillContainer) {
    ordered.push(this as unknown as Ordered);
    return Promise.reject(new Error("ordered"));
  });
  await expect(start()).rejects.toThrow("ordered");
  return ordered.flatMap(({ environment, exposedPorts, contentsToCopy, hostConfig, createOpts }) => [
    ...Object.keys(environment),
    ...exposedPorts.map((port) => `port ${port}`),
    ...contentsToCopy.map(({ target }) => target),
    ...(hostConfig.Binds ?? []).map((bind) => bind.split(":").at(-2) as string),
    ...(hostConfig.Mounts ?? []).map(({ Target }) => Target),
    ...(createOpts.Cmd ?? []).filter((argument) => /^--|=/.test(argument)),
    ...(createOpts.User === undefined ? [] : ["user"]),
  ]);
}

/** The first column of the table under a heading, for the rows whose last column contains a word. */
function rowsOf(component: string, proven = ""): string[] {
  const section = PAGE.split(/^### /m).find((each) => each.startsWith(`${component}\n`)) ?? "";
  const rows = [...section.matchAll(/^\| `([^`]+)`.*\| ([^|]+) \|$/gm)];
  return rows.filter(([, , last = ""]) => last.includes(proven)).map(([, setting]) => setting as string);
}

const PATRONI = CONFIGS.find(({ name }) => name === "patroni")?.patroni as PatroniSettings;

const NETWORK: ClientNetwork = {
  ...{ side: "a", name: "clients-a", subnet: "172.30.0.0/16" },
  addresses: { router: "172.30.0.50", resolver: "172.30.0.53", endpoint: "172.30.0.80" },
};
/** Not used before the container is started. */
const IN_NETWORK = { network: NETWORK, client: {} as Client };

const STARTS: Record<string, () => Promise<unknown>> = {
  HAPI: () =>
    startHapi(ENGINE, {
      ...WHERE,
      side: "a",
      database: "pg-a:5432",
      password: "secret",
      scheduledJobs: true,
      clock: Buffer.from(""),
      certificates: { volume: "volume", maxLifetimeSeconds: 30 },
    } as HapiOptions),
  PostgreSQL: () =>
    startPostgres(ENGINE, WHERE, "a", "secret", {
      disk: { volume: "volume", path: "/disk", run: async () => "" },
      dataKey: { side: "a", wrapped: "wrapped", token: "token", retrySeconds: 1, volume: "volume" },
    }),
  OpenBao: () => startServer(ENGINE, WHERE),
  renewer: () =>
    startRenewer(ENGINE, WHERE, "a", {
      settings: { guards: "access", certificateSeconds: 60, renewSeconds: 15, maxLifetimeSeconds: 30 },
      ...{ volume: "volume", token: "token", authority: "certificate" },
    }),
  nginx: () => startProxy(ENGINE, WHERE, { proxy: "latched" }),
  Toxiproxy: () => startLinks(ENGINE, WHERE),
  Patroni: () => {
    const order = { side: "a", followedAt: "toxiproxy:5441", password: "secret", patroni: PATRONI } as const;
    return startMember(ENGINE, WHERE, { ...order, replication: "async" });
  },
  etcd: () => startEtcd(ENGINE, WHERE, "a"),
  mosquitto: () => startBroker(ENGINE, WHERE, "a", { broker: "defaults" }),
  bridge: () => startBridge(ENGINE, WHERE, "a", { qos: 1, write: "put", acknowledge: "after-fhir" }),
  CoreDNS: () => startResolver(ENGINE, WHERE, { ...IN_NETWORK, zone: "" }),
  "private endpoint": () => startEndpoint(ENGINE, WHERE, IN_NETWORK),
  HAProxy: () => startHaproxy(ENGINE, WHERE, "a", [], PATRONI),
  k6: () => {
    const [scenario] = SCENARIOS;
    if (!scenario) throw new Error("there is no scenario");
    const task = { scenario, retry: "none", seed: 1, tags: [], dialect: HAPI_DIALECT, folder: "/folder" } as const;
    // In a client network, where it gets more settings.
    const privateLink = barePrivateLink({ runBeside: (_, program) => runBeside(ENGINE, WHERE, program) });
    const fresh = CONFIGS.find((config) => config.privateLink?.connections === "fresh");
    if (!fresh) throw new Error("there is no configuration with fresh connections");
    const [place] = placesOf(bareSystem({ edge: bareEdge(), privateLink }), scenario, fresh);
    return k6(place === undefined ? [] : [place], "image").start(task);
  },
};

test.each(Object.keys(STARTS))("%s gets the settings on the page", async (component) => {
  const handed = await handedBy(STARTS[component] as () => Promise<unknown>);
  expect(handed.length).toBeGreaterThan(1);
  expect(rowsOf(component).toSorted()).toEqual([...new Set(handed)].toSorted());
});

test("an image of HAPI is tested for the settings that the page marks as asked", () => {
  const handed = Object.keys(PROOFS).filter((setting) => PAGE.includes(`\n| \`${setting}\``));
  const asked = rowsOf("HAPI", "asked").filter((setting) => !rowsOf("HAPI", "not asked").includes(setting));
  expect(asked.toSorted()).toEqual(handed.toSorted());
});
