/** What the databases of the sites say of the job of a bulk export. */
import type { SiteName } from "../model/plan/site.ts";
import type { JobState } from "../model/record/bulk-export.ts";

export type SeenJob = Pick<JobState, "state" | "step" | "chunks">;

export interface ExportJobs {
  looker: (side: SiteName) => JobLooker;
}

export interface JobLooker {
  /** `null` when the database does not answer, or knows no such job. */
  look: (job: string) => Promise<SeenJob | null>;
  end: () => void;
}
