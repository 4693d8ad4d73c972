/** One site's PostgreSQL. */
import type pg from "pg";
import type { SiteName } from "../model/plan/site.ts";
import type { Address } from "./address.ts";

export interface Database {
  side: SiteName;
  /** The name of the database that the FHIR servers use. */
  name: string;
  /** The role of the FHIR servers. */
  clientRole: string;
  /** Runs SQL as the administrator, bypassing any fence, over a connection of its own, within `timeoutMs`. */
  query: <Row extends pg.QueryResultRow = pg.QueryResultRow>(
    sql: string,
    values?: unknown[],
    timeoutMs?: number,
  ) => Promise<Row[]>;
  /** A connection to keep, by the database's own address or by another that leads to it; the caller ends it. */
  connect: (timeoutMs?: number, by?: Address) => Promise<pg.Client>;
  /** A connection with the role of the FHIR servers, as another application would have. */
  connectAsClient: (timeoutMs: number) => Promise<pg.Client>;
  /** Kills one process of the server at once. */
  killProcess: (pid: number) => Promise<void>;
  /** Restarts the server cleanly; resolves when it answers. */
  restart: (signal?: AbortSignal) => Promise<void>;
  untilReady: (signal?: AbortSignal) => Promise<void>;
}
