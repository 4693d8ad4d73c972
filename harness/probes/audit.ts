/**
 * The audit of a site's database at the end: every version of every resource of the run. Resources from before the load
 * are included: a register whose updates were all lost is back at its first version, and resources that no write
 * touched can be lost as well. Rows are fetched, reported and dropped in batches, because a long run's rows with bodies
 * do not fit in memory.
 */

import { registerIdPrefix, seedIdPrefix, writeIdPrefix } from "../model/load/write.ts";
import type { SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { AuditLine, AuditRow } from "../model/record/audit.ts";
import type { Database } from "../system/database.ts";
import { saidBy } from "./given.ts";

export type Report = (lines: AuditLine[]) => void;

/** A seeded resource has its own id as an identifier, because one transaction created many of them. */
const ROWS = `
  declare audit cursor for
  select v.request_id as write, r.res_type || '/' || r.fhir_id as resource, v.res_ver::int as version,
         v.res_ver = r.res_ver as "current", r.res_deleted_at is not null as deleted, v.pid::float8 as pid, v.res_text_vc as body,
         (extract(epoch from v.res_updated) * 1000)::float8 as "updatedMs",
         case when v.res_ver = r.res_ver and r.res_deleted_at is null then exists (
           select from hfj_spidx_token t
            where t.res_id = r.res_id and t.sp_name = 'identifier'
              and t.sp_value = case when v.request_id like $2 then r.fhir_id else v.request_id end) end as indexed
    from hfj_res_ver v join hfj_resource r on r.res_id = v.res_id
   where v.request_id like any ($1)
   order by v.pid`;

const BATCH = 10_000;
const TIMEOUT_MS = 120_000;

type FoundRow = Omit<AuditRow, "type" | "side" | "content" | "refersTo"> & { body: string | null };

export async function auditDatabase(postgres: Database, seed: number, report: Report): Promise<void> {
  const { side } = postgres;
  try {
    const client = await postgres.connect(TIMEOUT_MS);
    try {
      await client.query("begin read only");
      const [writes, registers, seeded] = [writeIdPrefix, registerIdPrefix, seedIdPrefix].map((of) => `${of(seed)}%`);
      await client.query(ROWS, [[writes, registers, seeded], seeded]);
      let rows = 0;
      for (let full = true; full; ) {
        const found = (await client.query<FoundRow>(`fetch ${BATCH} from audit`)).rows;
        report(found.map((row) => auditRow(side, row)));
        rows += found.length;
        full = found.length === BATCH;
      }
      const version = (await client.query<{ server_version: string }>("show server_version")).rows[0]?.server_version;
      report([{ type: "rows-end", side, rows, postgres: version ?? "?" }]);
    } finally {
      await client.end().catch(() => {});
    }
  } catch (error) {
    report([{ type: "unreadable", side, why: reasonOf(error) }]);
  }
}

export function auditRow(side: SiteName, { body, ...row }: FoundRow): AuditRow {
  return { type: "row", side, ...row, ...saidBy(body) };
}
