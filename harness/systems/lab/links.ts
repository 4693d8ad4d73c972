/**
 * The links of the topology, each a Toxiproxy proxy. One server has them all, the link server; other containers reach a
 * link at `toxiproxy:<port>`, the harness at a port on loopback.
 *
 * Only this file calls Toxiproxy, whose client drops the server's error texts and has no timeouts.
 */
import type { StartedTestContainer } from "testcontainers";
import { Toxiproxy } from "toxiproxy-node-client";
import { LINKS, type Link } from "../../model/plan/site.ts";
import type { Address } from "../../system/address.ts";
import type { Links } from "../../system/links.ts";
import { currentPort, DrillContainer, untilAnswers, type Where } from "./container.ts";
import type { Engine } from "./engine.ts";

const API_PORT = 8474;
const NAME = "toxiproxy";
/** Removing a toxic waits until the bytes that it held are through: at 20 kB/s that takes seconds. */
const CALL_TIMEOUT_MS = 15_000;

export interface Route {
  port: number;
  upstream: Address;
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

const STREAMS = { request: "upstream", answer: "downstream" } as const;

export interface LabLinks extends Links {
  container: StartedTestContainer;
}

/** The address of a link for other containers. */
export function linkAddress(link: Link): Address {
  return `${NAME}:${ROUTES[link].port}`;
}

/** `beside`: other routes through this server, by name; a drill does not break them by themselves. */
export async function startLinks(
  engine: Engine,
  where: Where,
  beside: Readonly<Record<string, Route>> = {},
): Promise<LabLinks> {
  const ports = LINKS.map((link) => ROUTES[link].port);
  const container = await new DrillContainer(where, NAME)
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
    // The client omits the toxics when it reads a proxy.
    const url = `${(await inTime(api.get(link), `read link ${link}`)).getPath()}/toxics`;
    const { data } = await inTime(api.api.get<{ name: string }[]>(url), `list the toxics of ${link}`);
    return data.map(({ name }) => name);
  };
  return {
    container,
    addressWithin: linkAddress,
    server: `${NAME}:${API_PORT}`,
    toxicsOf,
    addToxic: async (link, { name, type, direction, attributes }) => {
      const proxy = await inTime(api.get(link), `read link ${link}`);
      const body = { name, type, stream: STREAMS[direction], toxicity: 1, attributes };
      await inTime(proxy.addToxic(body), `add ${name} to link ${link}`);
    },
    removeToxic: async (link, name) => {
      if (!(await toxicsOf(link)).includes(name)) return;
      const proxy = await inTime(api.get(link), `read link ${link}`);
      await inTime(
        proxy.getToxic(name).then((toxic) => toxic.remove()),
        `remove ${name} from link ${link}`,
      );
    },
    addressOf: (link) => `127.0.0.1:${published.get(link)}`,
    setEnabled: async (link, enabled) => {
      // With the address that the server reports: another notation would count as a change and restart the proxy.
      const proxy = await inTime(api.get(link), `read link ${link}`);
      await inTime(proxy.update({ enabled, listen: proxy.listen, upstream: proxy.upstream }), `switch link ${link}`);
    },
    redirect: async (link, to) => {
      const proxy = await inTime(api.get(link), `read link ${link}`);
      const settings = { enabled: true, listen: proxy.listen, upstream: ROUTES[to].upstream };
      await inTime(proxy.update(settings), `redirect link ${link} to ${settings.upstream}`);
    },
    isEnabled: async (link) => (await inTime(api.get(link), `read link ${link}`)).enabled,
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
