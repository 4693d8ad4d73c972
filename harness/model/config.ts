/** A configuration: one way to run the two regions, and what it is held to. Configurations are what drills compare. */
import { z } from "zod";

export const ObjectivesSchema = z.object({
  /** The oldest acknowledged write that may be lost, in seconds before the fault. */
  rpoSeconds: z.number().nonnegative(),
  /** From the fault to sustained acknowledged writes, in seconds. */
  rtoSeconds: z.number().positive(),
  /** How many acknowledged writes may be lost at all; `null` leaves it to the RPO. */
  lostWrites: z.number().int().nonnegative().nullable(),
  /** From the fault to two sides of equal content again, in seconds; `null` when nobody promised it. */
  redundancySeconds: z.number().positive().nullable(),
  /** The promised share of time in which writes are acknowledged, over a period; `null` when nobody promised one. */
  availability: z.object({ share: z.number().gt(0).lt(1), periodDays: z.number().positive() }).nullable(),
});

export const OperatorSchema = z.object({
  /** Between two health probes of the side that serves. */
  probeIntervalMs: z.number().positive(),
  /** An answer later than this counts as a failed probe. */
  probeTimeoutMs: z.number().positive(),
  /** This many failed probes in a row, and the operator fails over. */
  failedProbes: z.number().int().positive(),
});

export const ConfigSchema = z.object({
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** What it is, in one sentence. */
  is: z.string(),
  /** `async`: A acknowledges without waiting. `sync`: A waits until B has flushed the commit. */
  replication: z.enum(["async", "sync"]),
  operator: OperatorSchema,
  objectives: ObjectivesSchema,
});

export type Objectives = z.infer<typeof ObjectivesSchema>;
export type OperatorSettings = z.infer<typeof OperatorSchema>;
export type Config = z.infer<typeof ConfigSchema>;
