/** What can be broken, kind by kind: typed data, stored with the run. `harness/faults` does it. */
import { z } from "zod";
import { LINKS, PARTS, SIDES } from "./side.ts";

const times = {
  /** From the end of the baseline. */
  afterSeconds: z.number().nonnegative(),
  /** From the injection to the healing; without it, what was broken stays so to the end of the drill. */
  healAfterSeconds: z.number().positive().optional(),
};

export const FaultSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("link-cut"), link: z.enum(LINKS), ...times }),
  /** `refusal`: whoever turns to the region is told at once that nobody is there; `silence`: is told nothing. */
  z.object({
    kind: z.literal("region-loss"),
    side: z.enum(SIDES),
    how: z.enum(["refusal", "silence"]).default("refusal"),
    ...times,
  }),
  z.object({ kind: z.literal("process-kill"), part: z.enum(PARTS), ...times }),
  z.object({ kind: z.literal("freeze"), part: z.enum(PARTS), ...times }),
  /** `cores`: how much of a core the part may use; less than a hundredth the kernel does not give out. */
  z.object({ kind: z.literal("cpu-starvation"), part: z.enum(PARTS), cores: z.number().min(0.01), ...times }),
  z.object({ kind: z.literal("database-crash"), side: z.enum(SIDES), ...times }),
  z.object({ kind: z.literal("connection-exhaustion"), side: z.enum(SIDES), ...times }),
  z.object({ kind: z.literal("disk-full"), side: z.enum(SIDES), ...times }),
]);

export type FaultSpec = z.infer<typeof FaultSchema>;
export type FaultOf<Kind extends FaultSpec["kind"]> = Extract<FaultSpec, { kind: Kind }>;
