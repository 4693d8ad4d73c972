/**
 * The arrows of the topology, each a Toxiproxy proxy. One server holds them all; other containers reach a link at
 * `toxiproxy:<port>`, the harness at a port on loopback.
 *
 * This file is the only one that speaks Toxiproxy, whose client drops the server's error texts and knows no timeouts.
 */
import type { StartedTestContainer } from "testcontainers";
import { Toxiproxy } from "toxiproxy-node-client";
import { LINKS, type Link } from "../model/side.ts";
import { currentPort, DrillContainer, untilAnswers, type Where } from "./container.ts";
import type { Engine } from "./engine.ts";

const API_PORT = 8474;
/** Where the server of all links answers whatever is done to a link. */
export const LINK_SERVER = { name: "toxiproxy", port: API_PORT };
/** A toxic is gone when what it held is through: at 20 kB/s that takes seconds. */
const CALL_TIMEOUT_MS = 15_000;

export interface Route {
  port: number;
  upstream: string;
}

const ROUTES: Record<Link, Route> = {
  edge: { port: 8080, upstream: "nginx:80" },
  "hapi-a": { port: 8081, upstream: "hapi-a:8080" },
  "hapi-b": { port: 8082, upstream: "hapi-b:8080" },
  "pg-a": { port: 5431, upstream: "pg-a:5432" },
  "pg-b": { port: 5432, upstream: "pg-b:5432" },
  replication: { port: 5441, upstream: "pg-a:5432" },
  "replication-back": { port: 5442, upstream: "pg-b:5432" },
};

/** Which way bytes go: a request from whoever connected, or the answer to it. */
export const WAYS = ["request", "answer"] as const;
export type Way = (typeof WAYS)[number];
const STREAMS = { request: "upstream", answer: "downstream" } as const;

/** What is done to the bytes of a link, one way; the attributes are Toxiproxy's own. */
export interface Toxic {
  name: string;
  type: "latency" | "bandwidth" | "reset_peer" | "slow_close" | "timeout";
  way: Way;
  attributes: Record<string, number>;
}

export interface Links {
  container: StartedTestContainer;
  /** Where the harness finds a link. */
  portOf: (link: Link) => number;
  /** Refuses new connections and ends the present ones, or takes them again. */
  setEnabled: (link: Link, enabled: boolean) => Promise<void>;
  isEnabled: (link: Link) => Promise<boolean>;
  /** The link leads to where another one leads, and is open; its present connections end. */
  redirect: (link: Link, to: Link) => Promise<void>;
  /** In force for present connections and new ones when it resolves. A link has one toxic of a name. */
  addToxic: (link: Link, toxic: Toxic) => Promise<void>;
  /** Nothing is done about one that is not there. */
  removeToxic: (link: Link, name: string) => Promise<void>;
  toxicsOf: (link: Link) => Promise<string[]>;
}

/** Where other containers find a link. */
export function linkAddress(link: Link): string {
  return `${LINK_SERVER.name}:${listenPortOf(link)}`;
}

export function listenPortOf(link: Link): number {
  return ROUTES[link].port;
}

/** `beside`: what else goes by this server, by name, and is no link that a drill breaks. */
export async function startLinks(
  engine: Engine,
  where: Where,
  beside: Readonly<Record<string, Route>> = {},
): Promise<Links> {
  const ports = LINKS.map((link) => ROUTES[link].port);
  const container = await new DrillContainer(where, LINK_SERVER.name)
    .withEnvironment({ LOG_LEVEL: "warn" })
    .withLoopbackPorts(API_PORT, ...ports)
    .start();
  const api = new Toxiproxy(`http://127.0.0.1:${await currentPort(engine, container, API_PORT)}`);
  const waiting = { what: "Toxiproxy to answer", deadlineMs: 30_000, everyMs: 50, signal: where.signal };
  await untilAnswers(engine, container, waiting, () => api.getVersion());
  for (const [name, { port, upstream }] of Object.entries({ ...ROUTES, ...beside }))
    await api.createProxy({ name, listen: `0.0.0.0:${port}`, upstream });
  const published = new Map<Link, number>();
  for (const link of LINKS) published.set(link, await currentPort(engine, container, ROUTES[link].port));
  const toxicsOf: Links["toxicsOf"] = async (link) => {
    // The client leaves out the toxics when it reads a proxy.
    const url = `${(await inTime(api.get(link), `look at link ${link}`)).getPath()}/toxics`;
    const { data } = await inTime(api.api.get<{ name: string }[]>(url), `list the toxics of ${link}`);
    return data.map(({ name }) => name);
  };
  return {
    container,
    toxicsOf,
    addToxic: async (link, { name, type, way, attributes }) => {
      const proxy = await inTime(api.get(link), `look at link ${link}`);
      const body = { name, type, stream: STREAMS[way], toxicity: 1, attributes };
      await inTime(proxy.addToxic(body), `add ${name} to link ${link}`);
    },
    removeToxic: async (link, name) => {
      if (!(await toxicsOf(link)).includes(name)) return;
      const proxy = await inTime(api.get(link), `look at link ${link}`);
      await inTime(
        proxy.getToxic(name).then((toxic) => toxic.remove()),
        `remove ${name} from link ${link}`,
      );
    },
    portOf: (link) => published.get(link) as number,
    setEnabled: async (link, enabled) => {
      // Given the address as the server reports it, else the server would take it for a change and restart the proxy.
      const proxy = await inTime(api.get(link), `look at link ${link}`);
      await inTime(proxy.update({ enabled, listen: proxy.listen, upstream: proxy.upstream }), `switch link ${link}`);
    },
    redirect: async (link, to) => {
      const proxy = await inTime(api.get(link), `look at link ${link}`);
      const led = { enabled: true, listen: proxy.listen, upstream: ROUTES[to].upstream };
      await inTime(proxy.update(led), `lead link ${link} to ${led.upstream}`);
    },
    isEnabled: async (link) => (await inTime(api.get(link), `look at link ${link}`)).enabled,
  };
}

async function inTime<T>(call: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Toxiproxy took longer than ${CALL_TIMEOUT_MS} ms to ${what}`)),
      CALL_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
