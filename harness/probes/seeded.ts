/** How many of the resources that A was filled with before the load a database holds. */
import { seedIdPrefix } from "../model/write.ts";
import type { Postgres } from "../topology/postgres.ts";

export async function countSeeded(postgres: Postgres, seed: number): Promise<number> {
  const [row] = await postgres.query<{ held: number }>(
    "select count(*)::int as held from hfj_resource where fhir_id like $1 and res_deleted_at is null",
    [`${seedIdPrefix(seed)}%`],
  );
  return row?.held ?? 0;
}
