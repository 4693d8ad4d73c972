/**
 * Hands jobs of the lost primary's server to the new primary's server. Work given to a worker lived in the lost
 * server's memory, and HAPI never requeues it (hapi-fhir issues 2512 and 4212). This is done before the new primary
 * becomes writable: whatever is in progress then cannot be its own server's work.
 *
 * A requeued step starts again, so output that it had already written may exist twice. A restarted bulk export begins
 * anew under its id and writes every file again: nothing exists twice, but it takes up to four minutes.
 */

import type { OperatorSettings } from "../model/plan/config.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { JobsTaken } from "../model/record/detail.ts";
import type { Database } from "../system/database.ts";

const IN_PROGRESS = "('QUEUED', 'IN_PROGRESS', 'ERRORED')";

const REQUEUE = `
  with chunks as (
    update bt2_work_chunk set stat = 'READY' where stat in ${IN_PROGRESS} returning instance_id
  ), instances as (
    -- The last step does not begin while the state says that a worker is on it.
    update bt2_job_instance set stat = 'IN_PROGRESS' where stat = 'FINALIZE' returning id
  )
  select count(*)::int as jobs from (select instance_id from chunks union select id from instances) as requeued`;

/** The first step of a bulk export. */
const FIRST_STEP = "generate-work-packages";

const RESTART = `
  with exports as (
    select id, definition_id, definition_ver from bt2_job_instance job
     where definition_id = 'BULK_EXPORT' and stat in ('QUEUED', 'IN_PROGRESS', 'ERRORED', 'FINALIZE')
       and (stat = 'FINALIZE' or exists (
         select from bt2_work_chunk chunk where chunk.instance_id = job.id and chunk.stat in ${IN_PROGRESS}))
  ), emptied as (
    delete from bt2_work_chunk where instance_id in (select id from exports)
  ), begun as (
    insert into bt2_work_chunk (id, create_time, error_count, instance_id, definition_id, definition_ver, seq, stat, tgt_step_id)
    select gen_random_uuid()::text, now(), 0, id, definition_id, definition_ver, 0, 'READY', '${FIRST_STEP}' from exports
  ), set_back as (
    update bt2_job_instance set stat = 'QUEUED', cur_gated_step_id = '${FIRST_STEP}', progress_pct = 0, start_time = null
     where id in (select id from exports)
  )
  select count(*)::int as jobs from exports`;

/** The limit of each query: clients wait for the promotion, while jobs can wait. */
const WITHIN_MS = 1000;

/** How many jobs were in progress, or why they could not be requeued, which does not stop the promotion. */
export async function takeJobs(postgres: Database, how: OperatorSettings["jobs"]): Promise<JobsTaken> {
  if (how === "leave") return {};
  let restarted: JobsTaken = {};
  try {
    if (how === "restart") restarted = { restartedJobs: await jobsIn(postgres, RESTART) };
    return { ...restarted, requeuedJobs: await jobsIn(postgres, REQUEUE) };
  } catch (error) {
    return { ...restarted, requeuedJobs: null, why: reasonOf(error) };
  }
}

async function jobsIn(postgres: Database, sql: string): Promise<number> {
  const [row] = await postgres.query<{ jobs: number }>(sql, [], WITHIN_MS);
  return row?.jobs ?? 0;
}
