/** One site's PostgreSQL. */
import type pg from "pg";
import type { Side } from "../model/side.ts";
import type { Address } from "./address.ts";

export interface Database {
  side: Side;
  /** Of the one database in it that the FHIR servers use. */
  name: string;
  /** The role with which the FHIR servers come. */
  clientRole: string;
  /** Runs SQL as the administrator, past any fence, over a connection of its own that `timeoutMs` bounds. */
  query: <Row extends pg.QueryResultRow = pg.QueryResultRow>(
    sql: string,
    values?: unknown[],
    timeoutMs?: number,
  ) => Promise<Row[]>;
  /** A connection to hold on to, by an address of its own or one that leads here another way; its owner ends it. */
  connect: (timeoutMs?: number, by?: Address) => Promise<pg.Client>;
  /** One with the role of the FHIR servers, as another application that has it. */
  connectAsClient: (timeoutMs: number) => Promise<pg.Client>;
  /** One process of the server, at once. */
  killProcess: (pid: number) => Promise<void>;
  /** Taken down in good order and up again; resolves when it answers. */
  restart: (signal?: AbortSignal) => Promise<void>;
  untilReady: (signal?: AbortSignal) => Promise<void>;
}
