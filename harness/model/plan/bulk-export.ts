/**
 * A bulk export (`$export`) that a client requests before the load. The load is timed so that the scenario's first act
 * comes while the job writes its files: its other steps are short, and between two steps it is idle. Plain data.
 */
import { z } from "zod";

/** `system`: everything on the server; `patient`: everything of every patient. */
export const EXPORT_LEVELS = ["system", "patient"] as const;

/** The retired managed service promised that a lost region's job is picked up after this long without progress. */
export const PICKED_UP_WITHIN_SECONDS = 600;

export const BulkExportSchema = z.object({
  level: z.enum(EXPORT_LEVELS),
  /** From the first act: a client without a result by then stops polling. */
  waitSeconds: z.number().positive().max(3600).default(PICKED_UP_WITHIN_SECONDS),
});

export type BulkExport = z.infer<typeof BulkExportSchema>;
