/** A scenario: what a drill tries. Plain data: validated when it is read, listed, and stored with the run. */
import { z } from "zod";
import { RUNNER_NAMES } from "../load/runners.ts";
import type { Stage } from "../load/shape.ts";
import { chance, WRITE_KINDS, type WriteKind } from "../load/write.ts";
import { BulkExportSchema } from "./bulk-export.ts";
import { FeedSchema } from "./devices.ts";
import { FaultSchema, type FaultSpec } from "./fault.ts";
import { type PlannedOperation, PlannedOperationSchema } from "./planned-operation.ts";
import { ReadsSchema } from "./reads.ts";
import { changesEnd, changesOf, ShapeSchema } from "./shape.ts";
import { WRITE_FORM } from "./write-form.ts";

const positive = z.number().positive();
/** A kind of write without a weight is not in the load. */
const weight = z.number().nonnegative().default(0);

/** The highest rate of a load at any time, which one k6 can send. */
export const MOST_RATE = 1000;

export const LoadSchema = z.object({
  /** Below 5 per second, a pause between two writes looks like an outage. */
  ratePerSecond: z.number().int().min(5).max(MOST_RATE),
  mix: z
    .object(Object.fromEntries(WRITE_KINDS.map((kind) => [kind, weight])) as Record<WriteKind, typeof weight>)
    .refine((mix) => WRITE_KINDS.some((kind) => mix[kind] > 0), "at least one kind of write needs a weight"),
  /**
   * The shortest warm-up, before the baseline: a cold JVM is slow for a while. It goes on until the service is steady.
   */
  warmUpSeconds: positive,
  /** Steady writing after the warm-up, before the first fault: what the outage is compared with. */
  baselineSeconds: positive,
  /** From the last act to the end of the load. An act is a fault's injection or healing, or a planned operation. */
  afterSeconds: positive,
  timeoutSeconds: z.number().int().positive().max(60),
  ...WRITE_FORM,
  /** How many k6 instances share the load; default: one. */
  runners: z.number().int().min(1).max(RUNNER_NAMES.length).optional(),
  /** How the rate changes after the baseline; default: constant. */
  shape: ShapeSchema.optional(),
  /** Reads and searches beside the writes; default: none. */
  reads: ReadsSchema.optional(),
});

/** The judge recomputes each of them, so an absurd number counts as damage. */
const MOST_RESOURCES = 10_000_000;

/** The state of the two sites before the load. */
export const StartSchema = z.object({
  /** B follows A; otherwise B is empty, and its server does not run. */
  replicated: z.boolean().default(true),
  /** How many resources A holds already. */
  resources: z.number().int().nonnegative().max(MOST_RESOURCES).default(0),
});

export const ScenarioSchema = z.object({
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** One plain question, for people. */
  asks: z.string(),
  goodAnswer: z.string(),
  start: StartSchema.default({ replicated: true, resources: 0 }),
  load: LoadSchema,
  faults: z.array(FaultSchema),
  /** Planned operations. */
  orders: z.array(PlannedOperationSchema).default([]),
  /** A bulk export that is in progress at the first act; `null`: none. */
  bulkExport: BulkExportSchema.nullable().default(null),
  /** Devices that publish from the first write of the load to its end; `null`: none. */
  devices: FeedSchema.nullable().default(null),
  /** Clients are in two private networks, one in each region, and reach the service by name only. */
  privateLink: z.literal(true).optional(),
  /**
   * The fault from which RPO and RTO are measured: an index into `faults`; `null` when no fault starts them.
   */
  disaster: z.number().int().nonnegative().nullable(),
});

export type Load = z.infer<typeof LoadSchema>;
export type Scenario = z.infer<typeof ScenarioSchema>;
/** As people write it: keys with a default may be omitted. */
export type ScenarioInput = z.input<typeof ScenarioSchema>;

/** Something done to the system, `afterSeconds` after the end of the baseline. */
export type Act = { afterSeconds: number; index: number } & (
  | { does: "inject" | "heal"; fault: FaultSpec }
  | { does: "order"; order: PlannedOperation }
);

/** Every fault's injection, its healing if it heals during the drill, and every planned operation, sorted by time. */
export function actsOf({ faults, orders }: Pick<Scenario, "faults" | "orders">): Act[] {
  const acts: Act[] = faults.flatMap((fault, index): Act[] => {
    const inject: Act = { does: "inject", fault, index, afterSeconds: fault.afterSeconds };
    if (fault.healAfterSeconds === undefined) return [inject];
    return [inject, { ...inject, does: "heal", afterSeconds: fault.afterSeconds + fault.healAfterSeconds }];
  });
  const ordered = orders.map(
    (order, index): Act => ({ does: "order", order, index, afterSeconds: order.afterSeconds }),
  );
  return [...acts, ...ordered].toSorted((x, y) => x.afterSeconds - y.afterSeconds);
}

/** The share of the warm-up that k6 runs, at the full rate, once the service is steady. */
const SETTLE_SHARE = 1 / 3;

/** The two phases of a warm-up, in seconds: the shortest of the harness's own, and k6's at the full rate. */
export function warmUpTimes({ warmUpSeconds }: Pick<Load, "warmUpSeconds">): { least: number; settle: number } {
  const settle = warmUpSeconds * SETTLE_SHARE;
  return { least: warmUpSeconds - settle, settle };
}

/** The phases of every drill, in this order; `seed` only if A holds something before the load. */
export const PHASES = ["seed", "warm-up", "baseline", "after", "quiesce", "audit"] as const;
export type Phase = (typeof PHASES)[number];

const MOST_JITTER_MS = 1000;

/** The delay of all acts, so that faults do not synchronize with a timer. */
export function jitterMs(seed: number): number {
  return chance(seed, -2) * MOST_JITTER_MS;
}

/** When the phases of k6's load begin and end, in seconds after its first write. */
export function loadTimes(scenario: Pick<Scenario, "load" | "faults" | "orders">): {
  baseline: number;
  faults: number;
  end: number;
} {
  const { baselineSeconds, afterSeconds } = scenario.load;
  const baseline = warmUpTimes(scenario.load).settle;
  const faults = baseline + baselineSeconds;
  const last = actsOf(scenario).at(-1)?.afterSeconds ?? 0;
  return { baseline, faults, end: faults + last + afterSeconds };
}

/** The rate of k6's load from its first second to its last. A single stage if it is constant. */
export function stagesOf(scenario: Pick<Scenario, "load" | "faults" | "orders">): Stage[] {
  const { ratePerSecond, shape } = scenario.load;
  const { faults, end } = loadTimes(scenario);
  const level = (seconds: number, at = ratePerSecond): Stage => ({ seconds, from: at, to: at });
  if (!hasShape(scenario.load)) return [level(end)];
  const { afterSeconds = 0, kind } = shape as Exclude<typeof shape, { kind: "constant" } | undefined>;
  const changes = changesOf(shape, ratePerSecond);
  const rest = level(end - faults - changesEnd(shape), kind === "ramp" ? changes.at(-1)?.to : ratePerSecond);
  return [level(faults + afterSeconds), ...changes, rest];
}

export function hasShape({ shape }: Pick<Load, "shape">): boolean {
  return shape !== undefined && shape.kind !== "constant";
}
