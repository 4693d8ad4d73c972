/** `run.json`: what was run, on which machine and images, and how far it got. */
import { z } from "zod";
import { CAPABILITY_NAMES, type Capability } from "../plan/capability.ts";
import { ConfigSchema } from "../plan/config.ts";
import { DialectSchema } from "../plan/dialect.ts";
import { ScenarioSchema } from "../plan/scenario.ts";
import { PricesSchema } from "../plan/settings.ts";

export const RUN_SCHEMA = "fhirdrill.run/2";
/**
 * From version 2 on, a record is sealed (`seal.ts`) when its drill has ended. From 3 on, it names its runners, and each
 * ledger line has its runner.
 */
export const RECORD_VERSION = 3;

/** As many as a byte can number, besides 0 for none. */
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

/** What one runner did. */
export const ByRunnerSchema = z.object({
  runner: z.string(),
  /** When its first line was seen and when it had ended, by the drill's clock. */
  fromMs: z.number().nullable(),
  toMs: z.number(),
  /** From its own summary; `null` when it left none. */
  iterations: z.number().nullable(),
  droppedIterations: z.number().nullable(),
  exitCode: z.number(),
  clock: ClockSchema.nullable(),
});

export const RunSchema = z.object({
  schema: z.literal(RUN_SCHEMA),
  /** The version of the record, which decides what it must contain: `RECORD_VERSION` when it was made. */
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
  /** The system's capabilities; not recorded in older runs. */
  capabilities: z.array(z.enum(CAPABILITY_NAMES)).optional(),
  /** What the FHIR server proved to support; `null` in a lab, whose server is known. */
  dialect: DialectSchema.nullable().default(null),
  /** The containers or pods of an own system that may be broken, as found at the start. */
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
   * Patients of an own system that no drill wrote, as counted by its server before and after; `null` if it gave no
   * count. Absent in a lab, which has none, and in older runs.
   */
  foreignPatients: z.object({ before: z.number().int().nullable(), after: z.number().int().nullable() }).optional(),
  /** The command that repeats the run. */
  command: z.string(),
  versions: z.record(z.string(), z.string()),
  images: z.array(ImageUseSchema),
  host: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Each set-up step, and how long it took. */
  setup: z.array(StepSchema),
  /**
   * The state of the service at the end of its warm-up: `steady: false` if its latency was still falling at the time
   * limit. `null` in a run that did not get that far, and in older runs.
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
   * The runners that wrote the ledger, as named in its lines; empty before the load. `null` in older runs, which had
   * one runner and no names in the lines.
   */
  runners: z
    .array(z.string().min(1))
    .max(MOST_RUNNERS)
    .refine((names) => new Set(names).size === names.length, "two have the same name")
    .nullable()
    .default(null),
  /**
   * The runner in each client network, and the address of that region's private endpoint; `null` without private link.
   */
  privateLink: z.object({ a: NetworkUseSchema, b: NetworkUseSchema }).nullable().default(null),
  /** The mapping of k6's clock; `null` until it was measured. */
  clock: ClockSchema.nullable(),
  /** The site to which the proxy was routed at the end. */
  servingSide: z.enum(["a", "b"]).nullable(),
  /** The user's prices, for the cost of a run; `null` when none were given. */
  prices: PricesSchema.nullable().default(null),
  /** From k6's own summary, to be compared with the ledger. */
  k6: z.object({ iterations: z.number(), droppedIterations: z.number(), exitCode: z.number() }).nullable(),
  /** What each runner did, if there are several; `clock` and `k6` are then for all of them together. */
  byRunner: z.array(ByRunnerSchema).optional(),
});

export type ImageUse = z.infer<typeof ImageUseSchema>;
export type Step = z.infer<typeof StepSchema>;
export type ByRunner = z.infer<typeof ByRunnerSchema>;
export type Run = z.infer<typeof RunSchema>;

/**
 * The capabilities of a run's system. Older runs did not record them; of their labs, only those under Patroni lacked
 * any that a judge needs.
 */
export function capabilitiesIn({
  capabilities,
  config,
}: Pick<Run, "capabilities" | "config">): ReadonlySet<Capability> {
  const ofLab = CAPABILITY_NAMES.filter((each) => each !== "replication" || config.patroni === null);
  const has = new Set(capabilities ?? ofLab);
  // Before there were systems without SQL, these capabilities implied reading a site's content and its lag.
  if (has.has("postgres") && has.has("hapi")) has.add("content");
  if (has.has("postgres")) has.add("lag");
  return has;
}
