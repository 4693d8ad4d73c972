/** A connection of a probe to a side's database, made anew when it was lost: a side comes back on another port. */
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

  /** Not waited for: a server that is busy or gone takes its time to say good-bye, and samples must go on. */
  end(): void {
    this.#client?.end().catch(() => {});
    this.#client = null;
  }
}
