/** `plan.json` and `done.jsonl` of a matrix: all planned drills, and how each of them ended. */
import { z } from "zod";
import { VerdictWordSchema } from "../verdict/verdict.ts";
import { ConfigSchema } from "./config.ts";
import { ScenarioSchema } from "./scenario.ts";
import { NamedImagesSchema, PricesSchema } from "./settings.ts";

export const MATRIX_SCHEMA = "fhirdrill.matrix/1";

/** A cell is one scenario in one configuration. */
const cell = { scenario: z.string(), config: z.string() };

const PlannedDrillSchema = z.object({
  /** Its place in the plan, from 0. */
  drill: z.number().int().nonnegative(),
  ...cell,
  /** The drill's number within its cell, from 1. */
  repeat: z.number().int().positive(),
  seed: z.number().int().nonnegative(),
});

const RefusedSchema = z.object({ ...cell, reason: z.string() });

/** The plan in full, so that a resumed matrix is the original one, whatever has been edited since. */
export const PlanSchema = z.object({
  schema: z.literal(MATRIX_SCHEMA),
  id: z.string(),
  seed: z.number().int().nonnegative(),
  repeat: z.number().int().positive(),
  /** The `--rate` for all scenarios, already applied to their loads; `null` when each has its own. */
  rate: z.number().int().positive().nullable().default(null),
  scenarios: z.array(ScenarioSchema),
  configs: z.array(ConfigSchema),
  images: NamedImagesSchema,
  prices: PricesSchema.nullable(),
  refused: z.array(RefusedSchema),
  drills: z.array(PlannedDrillSchema),
});

const done = {
  ...PlannedDrillSchema.shape,
  /** How many of our containers, networks and volumes were left after the drill. */
  leaks: z.number().int().nonnegative(),
};

export const DoneSchema = z.union([
  /** `run`: the run's folder, relative to the results. */
  z.object({ ...done, run: z.string(), verdict: VerdictWordSchema }),
  z.object({ ...done, failure: z.object({ what: z.string(), why: z.string(), todo: z.string() }) }),
]);

export type PlannedDrill = z.infer<typeof PlannedDrillSchema>;
export type Refused = z.infer<typeof RefusedSchema>;
export type Plan = z.infer<typeof PlanSchema>;
export type Done = z.infer<typeof DoneSchema>;
