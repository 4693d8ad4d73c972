/** The databases of an attached system, if its description says how to reach them. They are only read. */
import pg from "pg";
import type { SiteName } from "../../model/plan/site.ts";
import type { Database } from "../../system/database.ts";

export type Reachable = Record<SiteName, Pick<Database, "connect">>;

export function reachedBy(urls: Record<SiteName, string>): Reachable {
  const connecting = (connectionString: string) => ({
    connect: async (timeoutMs = 10_000) => {
      const limits = { connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs };
      const client = new pg.Client({ connectionString, application_name: "fhirdrill", ...limits });
      // A server that shuts down ends idle connections, too; the next query shows that to their user.
      client.on("error", () => {});
      await client.connect();
      return client;
    },
  });
  return { a: connecting(urls.a), b: connecting(urls.b) };
}
