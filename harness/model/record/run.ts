/** `run.json`: what was run, on what machine and images, and how far it came. */
import { z } from "zod";
import { CAPABILITY_NAMES, type Capability } from "../plan/capability.ts";
import { ConfigSchema } from "../plan/config.ts";
import { DialectSchema } from "../plan/dialect.ts";
import { ScenarioSchema } from "../plan/scenario.ts";
import { PricesSchema } from "../plan/settings.ts";

export const RUN_SCHEMA = "fhirdrill.run/2";
/**
 * From 2 on a record is sealed (`seal.ts`) when its drill has ended. From 3 on it names its runners, and each line of the
 * ledger says by which of them it is.
 */
export const RECORD_VERSION = 3;

/** As many as a byte tells apart, beside none. */
const MOST_RUNNERS = 255;

export const ImageUseSchema = z.object({
  part: z.string(),
  name: z.string(),
  id: z.string(),
  origin: z.enum(["pulled", "built"]),
});

const NetworkUseSchema = z.object({ runner: z.string(), endpoint: z.string().nullable() });

export const StepSchema = z.object({ step: z.string(), tookMs: z.number() });

const ClockSchema = z.object({ offsetMs: z.number(), errorMs: z.number(), samples: z.number() });

/** One runner's part of a load. */
export const ByRunnerSchema = z.object({
  runner: z.string(),
  /** By the drill's clock: when its first line was seen, and when it had ended. */
  fromMs: z.number().nullable(),
  toMs: z.number(),
  /** By its own summary; `null` when it left none. */
  iterations: z.number().nullable(),
  droppedIterations: z.number().nullable(),
  exitCode: z.number(),
  clock: ClockSchema.nullable(),
});

export const RunSchema = z.object({
  schema: z.literal(RUN_SCHEMA),
  /** The version of the record, which says what it must contain: `RECORD_VERSION` when it was made. */
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
  /** What the system could do; not recorded in older runs. */
  capabilities: z.array(z.enum(CAPABILITY_NAMES)).optional(),
  /** What the FHIR server proved to be able to do; `null` in a lab, whose server is known. */
  dialect: DialectSchema.nullable().default(null),
  /** The containers or pods of one's own system that might be broken, as they were found at the start. */
  targets: z
    .array(
      z.object({
        ...{ name: z.string(), id: z.string(), container: z.string(), image: z.string() },
        /** Of a pod. */
        node: z.string().optional(),
      }),
    )
    .default([]),
  /**
   * Patients of one's own system that no drill wrote, as its server counted them before and after; `null` where it did not. Left
   * out in a lab, which has none, and in older runs.
   */
  foreignPatients: z.object({ before: z.number().int().nullable(), after: z.number().int().nullable() }).optional(),
  /** The command that does the same again. */
  command: z.string(),
  versions: z.record(z.string(), z.string()),
  images: z.array(ImageUseSchema),
  host: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Each set-up step, and how long it took. */
  setup: z.array(StepSchema),
  /**
   * The state of the service at the end of its warm-up: `steady: false` if its latency was still falling when the longest
   * warm-up was over. `null` in a run that did not come so far, and in older runs.
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
  /**
   * Who wrote the ledger, by the names that its lines bear; empty before the load. `null` in older runs: there was one, and
   * its lines do not say.
   */
  runners: z
    .array(z.string().min(1))
    .max(MOST_RUNNERS)
    .refine((names) => new Set(names).size === names.length, "two have the same name")
    .nullable()
    .default(null),
  /** The runner in each client network, and the address of that region's private endpoint; `null` without private link. */
  privateLink: z.object({ a: NetworkUseSchema, b: NetworkUseSchema }).nullable().default(null),
  /** The mapping of k6's clock; `null` until it was measured. */
  clock: ClockSchema.nullable(),
  /** The site to which the proxy was routed at the end. */
  servingSide: z.enum(["a", "b"]).nullable(),
  /** The user's prices, for the cost of a run; `null` when none were given. */
  prices: PricesSchema.nullable().default(null),
  /** From k6's own summary, to be compared with the ledger. */
  k6: z.object({ iterations: z.number(), droppedIterations: z.number(), exitCode: z.number() }).nullable(),
  /** What each runner did, where there are several: `clock` and `k6` are then of all of them together. */
  byRunner: z.array(ByRunnerSchema).optional(),
});

export type ImageUse = z.infer<typeof ImageUseSchema>;
export type Step = z.infer<typeof StepSchema>;
export type ByRunner = z.infer<typeof ByRunnerSchema>;
export type Run = z.infer<typeof RunSchema>;

/**
 * What the system of a run could do. Older runs do not say: of their labs only that
 * under Patroni lacked anything that a judge asks for.
 */
export function capabilitiesIn({
  capabilities,
  config,
}: Pick<Run, "capabilities" | "config">): ReadonlySet<Capability> {
  const ofLab = CAPABILITY_NAMES.filter((each) => each !== "replication" || config.patroni === null);
  const told = new Set(capabilities ?? ofLab);
  // Before there were systems without SQL, that was what reading a side's content needed, and its lag.
  if (told.has("postgres") && told.has("hapi")) told.add("content");
  if (told.has("postgres")) told.add("lag");
  return told;
}
