/** The audit of device messages in a site's database: every version of every resource that a bridge has written. */

import { DEVICE_REQUEST_PREFIX, MESSAGE_SYSTEM } from "../model/load/device-message.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { HeldLine } from "../model/record/device.ts";
import type { Database } from "../system/database.ts";

const TIMEOUT_MS = 60_000;

/** Finds retried writes too, since they have the same request id. */
const ROWS = `
  select r.res_type || '/' || r.fhir_id as resource, v.res_ver::int as version, r.res_deleted_at is not null as deleted,
         v.pid::float8 as pid, v.res_text_vc as body,
         (extract(epoch from v.res_updated) * 1000)::float8 as "updatedMs"
    from hfj_res_ver v join hfj_resource r on r.res_id = v.res_id
   where v.request_id like $1
   order by v.pid`;

const COUNT = "select count(distinct res_id)::int as held from hfj_res_ver where request_id like $1";
const REQUESTS = [`${DEVICE_REQUEST_PREFIX}%`];

interface FoundRow {
  resource: string;
  version: number;
  deleted: boolean;
  pid: number;
  body: string | null;
  updatedMs: number | null;
}

export async function auditMessages(
  { side, query }: Pick<Database, "side" | "query">,
  report: (lines: HeldLine[]) => void,
): Promise<void> {
  try {
    const rows = await query<FoundRow>(ROWS, REQUESTS, TIMEOUT_MS);
    report(rows.map(({ body, ...row }) => ({ type: "held", side, message: messageIn(body), ...row })));
    report([{ type: "held-end", side, rows: rows.length }]);
  } catch (error) {
    report([{ type: "unreadable", side, why: reasonOf(error) }]);
  }
}

/** How many resources bridges have written; `null` when the database does not answer. */
export async function countMessages({ query }: Pick<Database, "query">): Promise<number | null> {
  const rows = await query<{ held: number }>(COUNT, REQUESTS, TIMEOUT_MS).catch(() => []);
  return rows[0]?.held ?? null;
}

function messageIn(body: string | null): string | null {
  try {
    const { identifier = [] }: { identifier?: { system?: string; value?: string }[] } = JSON.parse(body ?? "");
    return identifier.find(({ system }) => system === MESSAGE_SYSTEM)?.value ?? null;
  } catch {
    return null;
  }
}
