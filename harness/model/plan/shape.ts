/** How a scenario's load changes its rate, in multiples of its base rate, so that a shape fits any rate. Plain data. */
import { z } from "zod";
import type { Stage } from "../load/shape.ts";

/** Seconds after the end of the baseline, which keeps the base rate because everything is compared with it. */
const afterSeconds = z.number().nonnegative();
const seconds = z.number().min(1);
/** A multiple of the load's rate. */
const times = z.number().gt(1);

export const ShapeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("constant") }),
  /** The rate rises evenly, within `seconds`, and stays there. */
  z.object({ kind: z.literal("ramp"), afterSeconds, seconds, times }),
  /** The rate rises at once, and falls again after `seconds`. */
  z.object({ kind: z.literal("spike"), afterSeconds, seconds, times }),
  /** The rate rises by `by` times the load's, `steps` times, each for `seconds`; then it falls again. */
  z.object({
    ...{ kind: z.literal("step"), afterSeconds, seconds, by: z.number().positive() },
    steps: z.number().int().min(1).max(20),
  }),
]);
export type Shape = z.infer<typeof ShapeSchema>;

/** The stages from the first change of the rate on, until the last change is over; none if it never changes. */
export function changesOf(shape: Shape | undefined, ratePerSecond: number): Stage[] {
  const rate = (multiple: number) => Math.round(ratePerSecond * multiple);
  const level = (at: number, lasts: number): Stage => ({ seconds: lasts, from: at, to: at });
  switch (shape?.kind) {
    case "ramp":
      return [{ seconds: shape.seconds, from: ratePerSecond, to: rate(shape.times) }];
    case "spike":
      return [level(rate(shape.times), shape.seconds)];
    case "step":
      return Array.from({ length: shape.steps }, (_, i) => level(rate(1 + (i + 1) * shape.by), shape.seconds));
    default:
      return [];
  }
}

/** Seconds after the end of the baseline when the last change is over. */
export function changesEnd(shape: Shape | undefined): number {
  if (shape === undefined || shape.kind === "constant") return 0;
  return shape.afterSeconds + shape.seconds * (shape.kind === "step" ? shape.steps : 1);
}
