/**
 * What a side holds when all is over, asked twice: its database, for every write of the run, and its FHIR API, for all
 * writes that the database does not have and a sample of the others.
 */
import type { AuditLine, AuditRow } from "../model/audit.ts";
import { reasonOf } from "../model/failure.ts";
import { type Operation, splitStored } from "../model/operation.ts";
import type { Side } from "../model/side.ts";
import { chance, writeIdPrefix } from "../model/write.ts";
import type { Hapi } from "../topology/hapi.ts";
import type { Postgres } from "../topology/postgres.ts";

type Report = (line: AuditLine) => void;

const ROWS = `
  select v.request_id as write, r.res_type || '/' || r.fhir_id as resource, v.res_ver::int as version,
         r.res_deleted_at is not null as deleted, md5(v.res_text_vc) as body
    from hfj_res_ver v join hfj_resource r on r.res_id = v.res_id
   where v.request_id like $1
   order by v.request_id`;

const ROWS_TIMEOUT_MS = 120_000;
const SAMPLE = 200;
const READERS = 8;
const TRIES = 3;

/** Every version that the side's database holds of the run's writes. */
export async function auditDatabase(postgres: Postgres, seed: number, report: Report): Promise<AuditRow[]> {
  const { side } = postgres;
  try {
    const found = await postgres.query<Omit<AuditRow, "type" | "side">>(
      ROWS,
      [`${writeIdPrefix(seed)}%`],
      ROWS_TIMEOUT_MS,
    );
    const [version] = await postgres.query<{ server_version: string }>("show server_version");
    const rows = found.map((row) => ({ type: "row" as const, side, ...row }));
    rows.forEach(report);
    report({ type: "rows-end", side, rows: rows.length, postgres: version?.server_version ?? "?" });
    return rows;
  } catch (error) {
    report({ type: "unreadable", side, why: reasonOf(error) });
    return [];
  }
}

/** Reads through the API: every acknowledged write of which the database lacks something, and a sample drawn by seed. */
export async function auditApi(
  hapi: Hapi,
  operations: readonly Operation[],
  rows: readonly AuditRow[],
  seed: number,
  report: Report,
): Promise<void> {
  const reads = [...readsWanted(operations, rows, seed)];
  let next = 0;
  const reader = async () => {
    for (let read = reads[next++]; read; read = reads[next++]) report(await readOne(hapi, read));
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  report({ type: "reads-end", side: hapi.side, reads: reads.length });
}

interface WantedRead {
  write: string;
  resource: string;
}

export function readsWanted(operations: readonly Operation[], rows: readonly AuditRow[], seed: number): WantedRead[] {
  const newest = new Map<string, AuditRow>();
  for (const row of rows) {
    const name = `${row.write} ${row.resource}`;
    if ((newest.get(name)?.version ?? 0) < row.version) newest.set(name, row);
  }
  const has = (write: string, { resource, version }: { resource: string; version: number }) => {
    const row = newest.get(`${write} ${resource}`);
    return row !== undefined && !row.deleted && row.version >= version;
  };
  const acknowledged = operations.filter((op) => op.outcome === "ok");
  const share = SAMPLE / Math.max(1, acknowledged.length);
  return acknowledged.flatMap((op) => {
    const stored = op.stored.map(splitStored);
    const missing = stored.some((item) => !has(op.write, item));
    const drawn = chance(seed + 1, op.n) < share;
    return missing || drawn ? stored.map(({ resource }) => ({ write: op.write, resource })) : [];
  });
}

async function readOne(hapi: Hapi, read: WantedRead): Promise<AuditLine> {
  let status = 0;
  let version: number | null = null;
  // An error is no answer: only "here it is" and "there is no such thing" are.
  for (let tries = 0; tries < TRIES && status !== 200 && status !== 404 && status !== 410; tries += 1) {
    const answer = await hapi.request(read.resource, { headers: { "Cache-Control": "no-cache" } }).catch(() => null);
    status = answer?.status ?? 0;
    version = status === 200 ? versionOf(answer?.headers.get("ETag")) : null;
    await answer?.arrayBuffer().catch(() => {});
  }
  return { type: "read", side: hapi.side as Side, ...read, status, version };
}

/** `W/"3"` → 3. */
function versionOf(etag: string | null | undefined): number | null {
  const found = /"(\d+)"/.exec(etag ?? "");
  return found ? Number(found[1]) : null;
}
