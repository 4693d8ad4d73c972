/** The jobs of HAPI's bulk exports, read from its batch tables. */
import type { SiteName } from "../../model/plan/site.ts";
import type { Database } from "../../system/database.ts";
import type { ExportJobs, SeenJob } from "../../system/export-jobs.ts";
import { KeptConnection } from "../../system/kept-connection.ts";

const JOB = `
  select stat as state, cur_gated_step_id as step,
         coalesce((select jsonb_object_agg(stat, count) from (
           select stat, count(*)::int from bt2_work_chunk
            where instance_id = job.id and tgt_step_id = job.cur_gated_step_id group by stat) as of_step), '{}') as chunks
    from bt2_job_instance job where id = $1`;

export function exportJobs(databases: Record<SiteName, Pick<Database, "connect">>): ExportJobs {
  return {
    looker: (side) => {
      const connection = new KeptConnection(databases[side]);
      return {
        look: (job) => connection.firstRow<SeenJob & Record<string, unknown>>(JOB, [job]),
        end: () => connection.end(),
      };
    },
  };
}
