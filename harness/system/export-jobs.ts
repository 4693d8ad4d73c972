/** The job of a bulk export, as the databases of the sites have it. */
import type { SiteName } from "../model/plan/site.ts";
import type { JobState } from "../model/record/bulk-export.ts";

export type SeenJob = Pick<JobState, "state" | "step" | "chunks">;

export interface ExportJobs {
  looker: (side: SiteName) => JobLooker;
}

export interface JobLooker {
  /** `null` when the database does not answer or has no such job. */
  look: (job: string) => Promise<SeenJob | null>;
  end: () => void;
}
