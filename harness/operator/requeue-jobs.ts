/**
 * Jobs that the lost primary's server had in hand, given to the new one's: what was handed to a worker lived in that
 * server's memory, and HAPI itself never takes it back (hapi-fhir issues 2512 and 4212). Done before the new primary can
 * be written to: nothing that is in hand then is in the hands of its own server.
 *
 * A step is begun again, so what it had already written of its output may stand there twice.
 */
import { reasonOf } from "../model/failure.ts";
import type { Database } from "../system/database.ts";

const REQUEUE = `
  with chunks as (
    update bt2_work_chunk set stat = 'READY' where stat in ('QUEUED', 'IN_PROGRESS', 'ERRORED') returning instance_id
  ), instances as (
    -- Its last step does not begin while the state says that somebody is at it.
    update bt2_job_instance set stat = 'IN_PROGRESS' where stat = 'FINALIZE' returning id
  )
  select count(*)::int as jobs from (select instance_id from chunks union select id from instances) as requeued`;

/** So long at most: clients wait for the promotion, and jobs do not. */
const WITHIN_MS = 1000;

/** How many jobs had something in hand; or why that could not be done, which is no reason not to promote. */
export async function requeueJobs(postgres: Database): Promise<{ requeuedJobs: number | null; why?: string }> {
  try {
    const [row] = await postgres.query<{ jobs: number }>(REQUEUE, [], WITHIN_MS);
    return { requeuedJobs: row?.jobs ?? 0 };
  } catch (error) {
    return { requeuedJobs: null, why: reasonOf(error) };
  }
}
