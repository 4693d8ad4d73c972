/** What the operator is told to do at a time of the drill, by plan and not because anything broke. Typed data. */
import { z } from "zod";
import { SIDES } from "./side.ts";

/** From the end of the baseline. */
const afterSeconds = z.number().nonnegative();

export const OrderSchema = z.discriminatedUnion("kind", [
  /** The other side takes over without a loss, and this one follows it: a planned failover, or the way back. */
  z.object({ kind: z.literal("switchover"), to: z.enum(SIDES), afterSeconds }),
  /** A side that follows is taken down and up again in good order, as for an upgrade. */
  z.object({ kind: z.literal("restart"), side: z.enum(SIDES), afterSeconds }),
  /** B, which followed nobody so far, gets a copy of all that A holds, and follows it from then on. */
  z.object({ kind: z.literal("start-replication"), afterSeconds }),
  /**
   * Clients go to the server of the side `compute`, which works on the other side's database, the primary by then; the
   * way there takes so much longer in each direction.
   */
  z.object({
    kind: z.literal("serve-across"),
    compute: z.enum(SIDES),
    latencyMs: z.number().nonnegative(),
    afterSeconds,
  }),
]);

export type Order = z.infer<typeof OrderSchema>;
