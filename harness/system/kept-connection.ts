/** A probe's persistent connection to a site's database, reopened when lost: a site comes back at another port. */
import type pg from "pg";
import type { Database } from "./database.ts";

const LATE_MS = 1000;

export class KeptConnection {
  readonly #postgres: Pick<Database, "connect">;
  #client: pg.Client | null = null;

  constructor(postgres: Pick<Database, "connect">) {
    this.#postgres = postgres;
  }

  /** The first row; `null` when there is none, or no answer in time. */
  async firstRow<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row | null> {
    try {
      this.#client ??= await this.#postgres.connect(LATE_MS);
      return (await this.#client.query<Row>(sql, values)).rows[0] ?? null;
    } catch {
      this.end();
      return null;
    }
  }

  /** Not awaited: a busy or dead server is slow to close, and sampling must go on. */
  end(): void {
    this.#client?.end().catch(() => {});
    this.#client = null;
  }
}
