/**
 * How many of the resources that A was filled with before the load a database holds; `null` when it does not answer.
 */
import { seedIdPrefix } from "../model/load/write.ts";
import type { Database } from "../system/database.ts";

const TIMEOUT_MS = 60_000;

export async function countSeeded(postgres: Pick<Database, "query">, seed: number): Promise<number | null> {
  const rows = await postgres
    .query<{ held: number }>(
      "select count(*)::int as held from hfj_resource where fhir_id like $1 and res_deleted_at is null",
      [`${seedIdPrefix(seed)}%`],
      TIMEOUT_MS,
    )
    .catch(() => []);
  return rows[0]?.held ?? null;
}
