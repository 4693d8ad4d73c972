/**
 * For tests: two fake sites. The databases do whatever a plan asks, and the site to which the proxy was last routed
 * answers at the clients' address.
 */
import { createServer } from "node:http";
import type { Link, SiteName } from "../../model/plan/site.ts";
import { logicalReplication } from "../../replication/logical/logical.ts";
import {
  bareDatabase,
  bareLinks,
  bareRouter,
  bareServer,
  bareSystem,
  queryBy,
  type Row,
  sessionBy,
} from "../../system/testing/bare-system.ts";
import { listen } from "../../system/testing/loopback-server.ts";
import type { Operated } from "../duty.ts";

export interface FakeSystem {
  system: Operated;
  /** All statements sent to the databases, as `a: statement`, in order. */
  asked: string[];
  close: () => void;
}

/** Replaces the default answer; `null` keeps it. */
export type Instead = (side: SiteName, sql: string) => Row[] | null | Promise<Row[]>;

/** One row with everything that plans look for. */
const OBEDIENT: Row = { at: "now", isInForce: true, bytes: 0, lsn: "0/1", follows: true, setting: "off", jobs: 0 };
/** Queries that wait until something is gone. They find no rows. */
const GONE =
  /^select [^(]*(pg_terminate_backend.pid. )?from (pg_stat_activity|pg_stat_subscription|pg_replication_slots where not)/;

/** `probes`: the status with which a site's FHIR server answers the operator. */
export async function fakeSystem(
  probes: (side: SiteName) => number | "silent" = () => 200,
  instead: Instead = () => null,
): Promise<FakeSystem> {
  const asked: string[] = [];
  let routedTo: SiteName = "a";
  const servers = await Promise.all(
    (["a", "b", "edge"] as const).map(async (whose) => {
      const server = createServer((_, response) => {
        const answer = whose === "edge" ? 200 : probes(whose);
        if (answer !== "silent") response.writeHead(answer, { "X-Served-By": routedTo }).end();
      });
      return { whose, server, address: await listen(server) };
    }),
  );
  const addressOf = (link: Link) => {
    const found = servers.find(({ whose }) => whose === link || `hapi-${whose}` === link);
    if (found === undefined) throw new Error(`nobody listens at the link ${link}`);
    return found.address;
  };
  const database = (side: SiteName) => {
    const query = queryBy(async (sql) => {
      asked.push(`${side}: ${sql}`);
      return (await instead(side, sql)) ?? (GONE.test(sql) ? [] : [OBEDIENT]);
    });
    const rowsOf = async (sql: string) => {
      const rows = await query(sql);
      return { rows, rowCount: rows.length };
    };
    return bareDatabase(side, { query, connect: async () => sessionBy(rowsOf) });
  };
  const server = (side: SiteName) => bareServer(side, { isReady: async () => true });
  const route = async (side: SiteName) => {
    routedTo = side;
  };
  const links = bareLinks({ addressOf });
  const databases = { a: database("a"), b: database("b") };
  const config = { replication: "async", fencing: true } as const;
  const system = bareSystem({
    links,
    proxy: bareRouter({ route }),
    postgres: databases,
    replication: logicalReplication({ databases, links, password: "none", config }),
    hapi: { a: server("a"), b: server("b") },
  });
  const close = () => {
    for (const { server } of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  return { system, asked, close };
}
