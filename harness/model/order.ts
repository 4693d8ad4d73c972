/** What the operator is told to do at a time of the drill, by plan and not because anything broke. Typed data. */
import { z } from "zod";
import { SIDES } from "./side.ts";

/** From the end of the baseline. */
const afterSeconds = z.number().nonnegative();

export const OrderSchema = z.discriminatedUnion("kind", [
  /** The other side takes over without a loss, and this one follows it: a planned failover, or the way back. */
  z.object({ kind: z.literal("switchover"), to: z.enum(SIDES), afterSeconds }),
]);

export type Order = z.infer<typeof OrderSchema>;
