/** What a load's writes look like, as people say it, and what makes no sense of it. Plain data. */
import { z } from "zod";
import type { WriteMix } from "../load/write.ts";

export const WRITE_FORM = {
  /** `small`: some hundred bytes; `realistic`: two to ten kilobytes a resource. Small, if it does not say. */
  bodies: z.enum(["small", "realistic"]).optional(),
  /** How many resources a transaction has; three, if it does not say. */
  bundleEntries: z.number().int().min(10).max(1000).optional(),
};

/** Why not; `null` when it makes sense, or nothing is said. */
export function whyNoForm({
  load: { mix, bundleEntries },
}: {
  load: { mix: WriteMix; bundleEntries?: number | undefined };
}) {
  return bundleEntries !== undefined && mix.bundle === 0
    ? "load.bundleEntries says how large transactions are, and the load has none: give load.mix.bundle a weight"
    : null;
}
