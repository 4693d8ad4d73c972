/**
 * A bulk export (`$export`) that a client asks for before the load. The load begins so that the first act of the scenario meets
 * the job while it writes its files: its other steps are over at once, and between two of them nobody works on it. Plain data.
 */
import { z } from "zod";

/** `system`: all of the server; `patient`: all of every patient. */
export const EXPORT_LEVELS = ["system", "patient"] as const;

/** A job of a lost region is picked up after so long without news of it: what the retired managed service promised. */
export const PICKED_UP_WITHIN_SECONDS = 600;

export const BulkExportSchema = z.object({
  level: z.enum(EXPORT_LEVELS),
  /** From the first act: a client that has no result by then stops asking. */
  waitSeconds: z.number().positive().max(3600).default(PICKED_UP_WITHIN_SECONDS),
});

export type BulkExport = z.infer<typeof BulkExportSchema>;
