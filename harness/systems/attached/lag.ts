/** A follower's lag, measured by the user's program. */
import { z } from "zod";
import type { Step } from "../../model/plan/own-system.ts";
import type { Clock } from "../../model/record/clock.ts";
import type { LagSampler } from "../../system/replication.ts";
import { outputOf } from "./step.ts";

/** The single line that it prints. */
const LagSchema = z.strictObject({
  bytes: z.number().nonnegative().nullable().default(null),
  milliseconds: z.number().nonnegative().nullable().default(null),
});

export function lagByProgram(step: Step, now: Clock): LagSampler {
  return {
    sample: async () => {
      const nothing = { stampedMs: null, unconfirmedBytes: null };
      try {
        const { bytes, milliseconds } = LagSchema.parse(JSON.parse(await outputOf(step)));
        return { stampedMs: milliseconds === null ? null : now() - milliseconds, unconfirmedBytes: bytes };
      } catch {
        return nothing;
      }
    },
    end: () => {},
  };
}
