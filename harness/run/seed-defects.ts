/**
 * Seeds defects directly in a site's database, bypassing the FHIR server, the constraints and the fence. The judge must
 * find them.
 */
import type { Database } from "../system/database.ts";

/** Ids of the writes in which each defect is seeded. */
export interface Seeds {
  /** Everything the write created is deleted. */
  gone: string[];
  /** Half a transaction: the patient that its observations refer to is deleted. */
  halved: string[];
  /** The content is changed. */
  altered: string[];
  /** Another resource with the same content, under the same write. */
  copied: string[];
  /** Its search index rows are deleted, so no search finds it. */
  unindexed: string[];
}

export async function seedDefects(postgres: Database, seeds: Seeds): Promise<void> {
  const client = await postgres.connect();
  try {
    // As replication does: neither foreign keys nor triggers are checked.
    await client.query("begin; set local session_replication_role = replica");
    await client.query(DELETE, [seeds.gone, ["Patient", "Observation"]]);
    await client.query(DELETE, [seeds.halved, ["Patient"]]);
    await client.query(ALTER, [seeds.altered]);
    for (const write of seeds.copied) await client.query(COPY, [write]);
    await client.query(UNINDEX, [seeds.unindexed]);
    await client.query("commit");
  } finally {
    await client.end();
  }
}

const MADE_BY = "select res_id from hfj_res_ver where request_id = any ($1)";

const DELETE = `
  with gone as (select res_id from hfj_resource where res_id in (${MADE_BY}) and res_type = any ($2)),
       tokens as (delete from hfj_spidx_token where res_id in (select res_id from gone)),
       versions as (delete from hfj_res_ver where res_id in (select res_id from gone))
  delete from hfj_resource where res_id in (select res_id from gone)`;

const ALTER = `
  update hfj_res_ver set res_text_vc = replace(res_text_vc, '"1970-01-01"', '"1971-01-01"') where request_id = any ($1)`;

/** Copies the rows of a write with one resource in one version; only the keys differ. */
const COPY = `
  with old as (select res_id from hfj_res_ver where request_id = $1),
       keys as (select nextval('seq_resource_id') as res_id, gen_random_uuid()::text as fhir_id),
       resource as (
         insert into hfj_resource
         select (jsonb_populate_record(r, to_jsonb(keys))).*
           from hfj_resource r, keys where r.res_id in (select res_id from old)),
       version as (
         insert into hfj_res_ver
         select (jsonb_populate_record(v, jsonb_build_object('pid', nextval('seq_resource_history_id'), 'res_id', keys.res_id))).*
           from hfj_res_ver v, keys where v.res_id in (select res_id from old))
  insert into hfj_spidx_token
  select (jsonb_populate_record(t, jsonb_build_object('sp_id', nextval('seq_spidx_token'), 'res_id', keys.res_id))).*
    from hfj_spidx_token t, keys where t.res_id in (select res_id from old)`;

const UNINDEX = `delete from hfj_spidx_token where res_id in (${MADE_BY})`;
