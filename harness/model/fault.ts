/** What can be broken, kind by kind: typed data, stored with the run. `harness/faults` does it. */
import { z } from "zod";
import { LINKS, SIDES } from "./side.ts";

const times = {
  /** From the end of the baseline. */
  afterSeconds: z.number().nonnegative(),
  /** From the injection to the healing; without it, what was broken stays so to the end of the drill. */
  healAfterSeconds: z.number().positive().optional(),
};

export const FaultSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("link-cut"), link: z.enum(LINKS), ...times }),
  z.object({ kind: z.literal("region-loss"), side: z.enum(SIDES), ...times }),
]);

export type FaultSpec = z.infer<typeof FaultSchema>;
