/**
 * For tests: a system without containers. Each site holds a list of writes; its follower has each write at once while
 * the link between them is open. Servers are asked over HTTP, like real ones, and a killed component refuses.
 */
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createPlainServer, type Server as PlainServer } from "node:net";
import {
  COMPONENTS,
  type ComponentName,
  type DeviceComponent,
  LINKS,
  type Link,
  otherSite,
  SITES,
  type SiteName,
} from "../../model/plan/site.ts";
import type { Address } from "../address.ts";
import { askAt } from "../edge.ts";
import type { Machine } from "../site.ts";
import type { System } from "../system.ts";
import {
  bareComponent,
  bareDatabase,
  bareEdge,
  bareLinks,
  bareReplication,
  bareRouter,
  bareServer,
  bareSystem,
  queryBy,
} from "./bare-system.ts";
import { listen } from "./loopback-server.ts";
import { startToyFailover } from "./toy-failover.ts";

export interface ToySystem {
  system: System;
  /** The ids of the writes that a site holds, in order. */
  writesOn: (side: SiteName) => readonly string[];
  close: () => void;
}

interface Site {
  writes: string[];
  isFenced: boolean;
  /** The site gets what the other one acknowledges. */
  follows: boolean;
}

/** The link by which each site follows the other. */
const WAYS = { a: "replication-back", b: "replication" } as const;

/** `lockMs`: it fails over by itself, so long after the primary's death; without it somebody has to do that. */
export async function toySystem({ lockMs }: { lockMs?: number } = {}): Promise<ToySystem> {
  const sites: Record<SiteName, Site> = {
    a: { writes: [], isFenced: false, follows: false },
    b: { writes: [], isFenced: true, follows: true },
  };
  const dead = new Set<ComponentName | DeviceComponent>();
  const cut = new Set<Link>();
  let routedTo: SiteName = "a";

  const isUp = (side: SiteName) => !dead.has(`hapi-${side}`) && !dead.has(`pg-${side}`);
  const flows = (follower: SiteName) =>
    sites[follower].follows && !dead.has(`pg-${follower}`) && !cut.has(WAYS[follower]);
  /** The follower takes what it lacks, as far as it can reach it. */
  const replicate = (from: SiteName) => {
    const to = otherSite(from);
    if (!flows(to) || dead.has(`pg-${from}`)) return;
    sites[to].writes = [...sites[from].writes];
  };

  const serve =
    (side: () => SiteName): RequestListener =>
    (request, response) => {
      const at = side();
      const isReached = isUp(at) && !cut.has(`hapi-${at}`);
      response.setHeader("X-Served-By", at);
      if (request.method === "GET") return void response.writeHead(isReached ? 200 : 502).end();
      request.resume().on("end", () => {
        if (!isReached) return response.writeHead(502).end();
        if (sites[at].isFenced) return response.writeHead(500).end();
        const id = request.headers["x-request-id"];
        if (typeof id === "string") sites[at].writes.push(id);
        replicate(at);
        return response.writeHead(200).end();
      });
    };
  const addresses = new Map<Link, Address>();
  const servers: (Server | PlainServer)[] = [];
  for (const link of LINKS) {
    const side = link.at(-1) as SiteName;
    const listener = link === "edge" ? serve(() => routedTo) : link.startsWith("hapi-") ? serve(() => side) : null;
    const isGone = () =>
      cut.has(link) || (COMPONENTS.includes(link as ComponentName) && dead.has(link as ComponentName));
    const server = listener
      ? createServer(listener).on("connection", (socket) => isGone() && socket.destroy())
      : // A database says at once whether it speaks TLS.
        createPlainServer((socket) => (isGone() ? socket.destroy() : socket.end("N")));
    addresses.set(link, await listen(server));
    servers.push(server);
  }

  const alive = (part: ComponentName) => {
    if (dead.has(part)) throw new Error(`${part} is dead`);
  };
  const database = (side: SiteName) =>
    bareDatabase(side, {
      query: queryBy(() => {
        alive(`pg-${side}`);
        return [];
      }),
      untilReady: async () => alive(`pg-${side}`),
    });
  const fhirServer = (side: SiteName) =>
    bareServer(side, {
      isReady: async () => isUp(side),
      stop: async () => void dead.add(`hapi-${side}`),
      startAgain: async () => void dead.delete(`hapi-${side}`),
    });

  const component = (part: ComponentName | DeviceComponent) =>
    bareComponent({
      state: async () => (dead.has(part) ? "dead" : "works"),
      status: async () => ({ running: !dead.has(part), frozen: false }),
      kill: async () => void dead.add(part),
      startAgain: async () => dead.delete(part),
    });
  const machine = (part: ComponentName): Machine => ({ name: part, component: component(part) });

  const byItself =
    lockMs === undefined
      ? null
      : startToyFailover(
          {
            isAlive: (side) => !dead.has(`pg-${side}`),
            promote: (side) => {
              Object.assign(sites[side], { isFenced: false, follows: false });
              routedTo = side;
            },
            follow: (side) => {
              Object.assign(sites[side], { isFenced: true, follows: true });
              replicate(otherSite(side));
            },
          },
          lockMs,
        );

  const system = bareSystem({
    failover: byItself?.failover ?? null,
    edge: bareEdge({ ask: askAt(addresses.get("edge") as string) }),
    links: bareLinks({
      addressOf: (link) => addresses.get(link) as string,
      setEnabled: async (link, enabled) => {
        if (!enabled) return void cut.add(link);
        cut.delete(link);
        for (const side of SITES) if (WAYS[side] === link) replicate(otherSite(side));
      },
      isEnabled: async (link) => !cut.has(link),
    }),
    proxy: bareRouter({
      route: async (side) => {
        routedTo = side;
      },
    }),
    postgres: { a: database("a"), b: database("b") },
    hapi: { a: fhirServer("a"), b: fhirServer("b") },
    component,
    site: (side) => ({ beforeServer: [machine(`pg-${side}`)], server: machine(`hapi-${side}`) }),
    replication: bareReplication({
      stop: async (follower) => {
        if (!sites[follower].follows) return null;
        sites[follower].follows = false;
        return String(sites[follower].writes.length);
      },
      keepFor: async () => {},
      keepNothing: async () => {},
      setDurability: async () => {},
      goOn: async (follower) => {
        sites[follower].follows = true;
        replicate(otherSite(follower));
      },
      copyAnew: async (to) => {
        sites[to].follows = true;
        replicate(otherSite(to));
      },
      lagBytes: async (follower) =>
        flows(follower) ? sites[otherSite(follower)].writes.length - sites[follower].writes.length : null,
      untilConfirmed: async (follower) => replicate(otherSite(follower)),
      fence: async (side) => {
        alive(`pg-${side}`);
        sites[side].isFenced = true;
        return "now";
      },
      silence: async (side) => {
        sites[side].isFenced = true;
      },
      endTransactions: async () => 0,
      unfence: async (side) => {
        sites[side].isFenced = false;
      },
      isFenced: async (side) => sites[side].isFenced,
      strandedOn: async (side, after) =>
        sites[side].writes.slice(Number(after)).map((write, i) => ({
          ...{ side, write, pid: i, transaction: i + 1, version: 1, resource: `Patient/${write}` },
          body: { resourceType: "Patient" },
        })),
    }),
  });

  return {
    system,
    writesOn: (side) => sites[side].writes,
    close: () => {
      byItself?.end();
      for (const server of servers) {
        server.close();
        if ("closeAllConnections" in server) server.closeAllConnections();
      }
    },
  };
}
