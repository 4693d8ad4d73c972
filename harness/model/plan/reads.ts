/** Reads beside the writes of a load: plain data. */
import { z } from "zod";
import { LOOK_KINDS } from "../load/look.ts";

export const ReadsSchema = z.object({
  /** In addition to the writes. Below 5 per second, a pause between two reads looks like an outage. */
  ratePerSecond: z.number().int().min(5).max(1000),
  /** Reads of resources by their id, searches for them, or both in turn. */
  of: z.enum([...LOOK_KINDS, "both"]),
});
export type Reads = z.infer<typeof ReadsSchema>;
