/**
 * For tests: two sides of which nothing is real but what they answer. Databases do all that a plan of the operator asks, and
 * their clients' address is served by whoever the proxy was latched to last.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Side } from "../model/side.ts";
import type { Topology } from "../topology/topology.ts";

export interface FakeTopology {
  topology: Topology;
  /** Everything that was asked of the databases, as `a: statement`, in its order. */
  asked: string[];
  close: () => void;
}

type Row = Record<string, unknown>;
/** In place of the obedient answer; `null` leaves that as it is. */
export type Instead = (side: Side, sql: string) => Row[] | null | Promise<Row[]>;

/** All that plans look for, in one row. */
const OBEDIENT: Row = { at: "now", isInForce: true, bytes: 0, lsn: "0/1", follows: true, setting: "off", jobs: 0 };
/** Whoever is looked for here is to be gone. */
const GONE =
  /^select [^(]*(pg_terminate_backend.pid. )?from (pg_stat_activity|pg_stat_subscription|pg_replication_slots where not)/;

/** `probes`: what a side's FHIR server does with a request of the operator's. */
export async function fakeTopology(
  probes: (side: Side) => number | "silent" = () => 200,
  instead: Instead = () => null,
): Promise<FakeTopology> {
  const asked: string[] = [];
  let latched: Side = "a";
  const servers = await Promise.all(
    (["a", "b", "edge"] as const).map(async (whose) => {
      const server = createServer((_, response) => {
        const answer = whose === "edge" ? 200 : probes(whose);
        if (answer !== "silent") response.writeHead(answer, { "X-Served-By": latched }).end();
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return [whose, server] as const;
    }),
  );
  const addressOf = (link: string) => {
    const server = servers.find(([whose]) => whose === link || `hapi-${whose}` === link)?.[1];
    return (server as Server).address() as AddressInfo;
  };
  const database = (side: Side) => {
    const query = async (written: string) => {
      const sql = written.replace(/\s+/g, " ").trim();
      asked.push(`${side}: ${sql}`);
      return (await instead(side, sql)) ?? (GONE.test(sql) ? [] : [OBEDIENT]);
    };
    const rowsOf = async (sql: string) => {
      const rows = await query(sql);
      return { rows, rowCount: rows.length };
    };
    return { side, query, connect: async () => ({ query: rowsOf, end: async () => {} }) };
  };
  const topology = {
    links: { addressOf: (link: string) => `127.0.0.1:${addressOf(link).port}` },
    proxy: {
      latch: async (side: Side) => {
        latched = side;
      },
    },
    postgres: { a: database("a"), b: database("b") },
    hapi: { a: { isReady: async () => true }, b: { isReady: async () => true } },
    password: "none",
  } as unknown as Topology;
  const close = () => {
    for (const [, server] of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  return { topology, asked, close };
}
