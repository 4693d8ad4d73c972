/**
 * Jobs that the lost primary's server was working on, given to the new primary's server. What was handed to a worker
 * lived in the memory of the lost server, and HAPI itself never takes it back (hapi-fhir issues 2512 and 4212). This is
 * done before the new primary becomes writable: whatever is in progress then is not its own server's work.
 *
 * A step starts again, so output that it had already written may be there twice.
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

/** At most this long: clients wait for the promotion, and jobs can wait. */
const WITHIN_MS = 1000;

/** How many jobs had something in progress; or why that could not be done, which does not stop the promotion. */
export async function requeueJobs(postgres: Database): Promise<{ requeuedJobs: number | null; why?: string }> {
  try {
    const [row] = await postgres.query<{ jobs: number }>(REQUEUE, [], WITHIN_MS);
    return { requeuedJobs: row?.jobs ?? 0 };
  } catch (error) {
    return { requeuedJobs: null, why: reasonOf(error) };
  }
}
