/**
 * A bulk export as its client saw it, and its job as the databases held it: `bulk-export.ndjson`. Times are by the
 * drill's clock.
 */
import { z } from "zod";
import { SITES } from "../plan/site.ts";

/** The poll address answers with the manifest, or that the job is still running. */
export const DONE = 200;
export const RUNNING = 202;

/** HTTP status; 0 when no answer came. */
const status = z.number().int().nonnegative();
const answered = { sentMs: z.number(), doneMs: z.number(), status };
const count = z.number().int().nonnegative();

export const BulkExportLineSchema = z.discriminatedUnion("type", [
  /** The client requests the export. `job` is `null` when it was not accepted. */
  z.object({ ...answered, type: z.literal("kick-off"), job: z.string().nullable() }),
  /** The client polls the status. The last poll shows how the export ended. */
  z.object({
    ...answered,
    type: z.literal("poll"),
    servedBy: z.string(),
    /** `X-Progress` and `Retry-After`. */
    progress: z.string().nullable(),
    retryAfter: z.string().nullable(),
  }),
  /** A state of the job in a site's database, from the first to the last sample that saw it. */
  z.object({
    type: z.literal("job"),
    side: z.enum(SITES),
    fromMs: z.number(),
    toMs: z.number(),
    state: z.string(),
    step: z.string().nullable(),
    /** The chunks of this step, by their state. */
    chunks: z.record(z.string(), count),
  }),
  /** A file of the manifest, as the client got it. */
  z.object({
    ...answered,
    type: z.literal("file"),
    /** Its place in the manifest, from 0. */
    file: count,
    url: z.string(),
    /** `null` when it could not be read. */
    lines: count.nullable(),
    /** Lines that hold no resource. */
    damaged: count,
  }),
  /** A line of a file. */
  z.object({
    type: z.literal("resource"),
    file: count,
    /** `Type/id`. */
    resource: z.string(),
    version: z.number().int().nullable(),
    /** Fingerprint of its content (`model/load/content.ts`). */
    content: z.number().int(),
    /** The value of its first identifier: the write that made it. */
    write: z.string().nullable(),
    /** The resource that its subject is; `null` without one. Older runs did not record it. */
    refersTo: z.string().nullable().optional(),
  }),
  /** The client has finished: how many lines of each type there are. `listed`: the number of files in the manifest. */
  z.object({
    type: z.literal("end"),
    atMs: z.number(),
    polls: count,
    jobs: count,
    listed: count.nullable(),
    files: count,
    resources: count,
  }),
]);

/**
 * This many errors in a row with one status, half a minute's worth, mean that the server has no result. Fewer may come
 * from a server that has lost its database for a while.
 */
export const TIMES_TOLD = 15;

/** Errors of the proxy, of an overloaded server, or of one that does not let the client in. */
const NOT_ABOUT_THE_JOB = [401, 403, 408, 429, 502, 503, 504];

/** Whether an answer with this status is an error that is about the job. */
export function isErrorOfTheJob(answer: number): boolean {
  return answer >= 400 && !NOT_ABOUT_THE_JOB.includes(answer);
}

export type BulkExportLine = z.infer<typeof BulkExportLineSchema>;
export type LineOf<Type extends BulkExportLine["type"]> = Extract<BulkExportLine, { type: Type }>;
export type Poll = LineOf<"poll">;
export type JobState = LineOf<"job">;
