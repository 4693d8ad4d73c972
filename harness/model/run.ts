/** `run.json`: what was run, on what, and how far it came. */
import { z } from "zod";
import { ConfigSchema } from "./config.ts";
import { ScenarioSchema } from "./scenario.ts";
import { PricesSchema } from "./settings.ts";

export const RUN_SCHEMA = "fhirdrill.run/2";
/** From 2 on a record is sealed (`seal.ts`) when its drill has ended. */
export const RECORD_VERSION = 2;

export const ImageUseSchema = z.object({
  part: z.string(),
  name: z.string(),
  id: z.string(),
  origin: z.enum(["pulled", "built"]),
});

export const StepSchema = z.object({ step: z.string(), tookMs: z.number() });

export const RunSchema = z.object({
  schema: z.literal(RUN_SCHEMA),
  /** What there must be in the record: `RECORD_VERSION` when it was made. */
  record: z.number().int().positive().default(1),
  id: z.string(),
  /** `running` in a folder whose owner is gone means that the harness was killed. */
  state: z.enum(["running", "complete", "interrupted", "failed"]),
  /** Why it is `interrupted` or `failed`. */
  reason: z.string().nullable(),
  startedAt: z.iso.datetime("it must be a time, such as 2026-11-24T21:00:00.000Z"),
  seed: z.number().int().nonnegative(),
  scenario: ScenarioSchema,
  config: ConfigSchema,
  /** How to do the same again. */
  command: z.string(),
  versions: z.record(z.string(), z.string()),
  images: z.array(ImageUseSchema),
  host: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Each set-up step and how long it took. */
  setup: z.array(StepSchema),
  /**
   * How the service was found when its warm-up ended: `steady: false` when its latency still fell at the latest moment for
   * that. `null` in a run that did not come so far, and in those of before there was such a record.
   */
  warmUp: z
    .object({
      tookMs: z.number(),
      steady: z.boolean(),
      ratePerSecond: z.number(),
      medianMs: z.number().nullable(),
      p95Ms: z.number().nullable(),
    })
    .nullable()
    .default(null),
  /** Mapping of k6's clock; `null` until it was measured. */
  clock: z.object({ offsetMs: z.number(), errorMs: z.number(), samples: z.number() }).nullable(),
  /** Side that the proxy was latched to at the end. */
  servingSide: z.enum(["a", "b"]).nullable(),
  /** The user's, for what a run costs; `null` when none were given. */
  prices: PricesSchema.nullable().default(null),
  /** From k6's own summary, to be held against the ledger. */
  k6: z.object({ iterations: z.number(), droppedIterations: z.number(), exitCode: z.number() }).nullable(),
});

export type ImageUse = z.infer<typeof ImageUseSchema>;
export type Step = z.infer<typeof StepSchema>;
export type Run = z.infer<typeof RunSchema>;
