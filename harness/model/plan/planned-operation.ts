/** Planned operations: what the operator does at a given time of the drill, not because anything broke. Plain data. */
import { z } from "zod";
import { SITES } from "./site.ts";

/** Seconds after the end of the baseline. */
const afterSeconds = z.number().nonnegative();

export const PlannedOperationSchema = z.discriminatedUnion("kind", [
  /** The site `to` takes over without a loss, and the other one follows it: a planned failover, or a failback. */
  z.object({ kind: z.literal("switchover"), to: z.enum(SITES), afterSeconds }),
  /** A following site is shut down and started again cleanly, as for an upgrade. */
  z.object({ kind: z.literal("restart"), side: z.enum(SITES), afterSeconds }),
  /** B, which did not follow A so far, gets a copy of A's data and follows A from then on. */
  z.object({ kind: z.literal("start-replication"), afterSeconds }),
  /**
   * Clients are routed to the server of the site `compute`, which uses the other site's database, the primary by then.
   * The link between the two is slower by `latencyMs` in each direction.
   */
  z.object({
    kind: z.literal("serve-across"),
    compute: z.enum(SITES),
    latencyMs: z.number().nonnegative(),
    afterSeconds,
  }),
]);

export type PlannedOperation = z.infer<typeof PlannedOperationSchema>;
