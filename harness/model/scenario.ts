/** A scenario: what is tried. Typed data, validated when it is read, listed, stored with the run, and nothing else. */
import { z } from "zod";
import { LINKS } from "./side.ts";
import { WRITE_KINDS, type WriteKind } from "./write.ts";

const positive = z.number().positive();
/** A kind of write that is not named is not in the load. */
const weight = z.number().nonnegative().default(0);

export const LoadSchema = z.object({
  /** Below 5 a second, the pause between two writes could not be told from an outage. */
  ratePerSecond: z.number().int().min(5).max(1000),
  mix: z
    .object(Object.fromEntries(WRITE_KINDS.map((kind) => [kind, weight])) as Record<WriteKind, typeof weight>)
    .refine((mix) => WRITE_KINDS.some((kind) => mix[kind] > 0), "at least one kind of write needs a weight"),
  /** At the drill's rate, left out of the baseline: a cold JVM is slow for a while. */
  warmUpSeconds: positive,
  /** Steady writing after the warm-up, before the first fault: what the outage is compared with. */
  baselineSeconds: positive,
  /** From the last act, a fault's injection or its healing, to the end of the load. */
  afterSeconds: positive,
  timeoutSeconds: z.number().int().positive().max(60),
});

/** What can be done to the topology. `afterSeconds` counts from the end of the baseline. */
export const FaultSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("link-cut"),
    link: z.enum(LINKS),
    afterSeconds: z.number().nonnegative(),
    /** From the cut to its healing; without it, the link stays cut to the end of the drill. */
    healAfterSeconds: positive.optional(),
  }),
  z.object({ kind: z.literal("region-loss"), side: z.enum(["a"]), afterSeconds: z.number().nonnegative() }),
]);

export const ScenarioSchema = z.object({
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** The question in one sentence, for people. */
  asks: z.string(),
  goodAnswer: z.string(),
  load: LoadSchema,
  faults: z.array(FaultSchema).min(1),
  /** The fault whose instant starts the clocks of RPO and RTO: an index into `faults`. */
  disaster: z.number().int().nonnegative(),
});

export type Load = z.infer<typeof LoadSchema>;
export type FaultSpec = z.infer<typeof FaultSchema>;
export type Scenario = z.infer<typeof ScenarioSchema>;

/** Something done to the topology, in seconds after the end of the baseline. */
export interface Act {
  does: "inject" | "heal";
  fault: FaultSpec;
  /** Of the fault, in the scenario. */
  index: number;
  afterSeconds: number;
}

/** Every fault's injection, and its healing where it heals during the drill, in the order of their times. */
export function actsOf(faults: readonly FaultSpec[]): Act[] {
  const acts = faults.flatMap((fault, index): Act[] => {
    const inject: Act = { does: "inject", fault, index, afterSeconds: fault.afterSeconds };
    if (!("healAfterSeconds" in fault) || fault.healAfterSeconds === undefined) return [inject];
    return [inject, { ...inject, does: "heal", afterSeconds: fault.afterSeconds + fault.healAfterSeconds }];
  });
  return acts.toSorted((x, y) => x.afterSeconds - y.afterSeconds);
}

/** Where the parts of the load begin and end, in seconds after the first write. */
export function loadTimes(scenario: Scenario): { baseline: number; faults: number; end: number } {
  const { warmUpSeconds, baselineSeconds, afterSeconds } = scenario.load;
  const faults = warmUpSeconds + baselineSeconds;
  const last = actsOf(scenario.faults).at(-1)?.afterSeconds ?? 0;
  return { baseline: warmUpSeconds, faults, end: faults + last + afterSeconds };
}
