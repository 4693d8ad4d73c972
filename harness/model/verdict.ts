/** `verdict.json`: the judgement of one run. A figure that was not measured is `null`, with a reason, never 0. */
import { z } from "zod";
import { SIDES } from "./side.ts";

export const VERDICT_SCHEMA = "fhirdrill.verdict/1";

export const VerdictWordSchema = z.enum(["holds", "broken", "inconclusive"]);
export type VerdictWord = z.infer<typeof VerdictWordSchema>;

/** `unasked`: measured, and the configuration promises nothing about it, so it is neither good nor bad. */
export const CheckWordSchema = z.enum([...VerdictWordSchema.options, "unasked"]);
export type CheckWord = z.infer<typeof CheckWordSchema>;

export const CheckResultSchema = z.object({
  name: z.string(),
  verdict: CheckWordSchema,
  reason: z.string(),
  /** Ids, times, file and line. */
  evidence: z.array(z.string()),
});
export type CheckResult = z.infer<typeof CheckResultSchema>;

const figure = z.number().nullable();
const quantiles = z.object({ p50: figure, p95: figure, p99: figure, count: z.number() });
const writes = z.object({ count: figure, ids: z.array(z.string()) });
/** Named as `Type/id`. */
const resources = z.object({ count: figure, resources: z.array(z.string()) });

export const MeasuresSchema = z.object({
  writes: z.object({ attempted: z.number(), acknowledged: z.number(), failed: z.number(), indeterminate: z.number() }),
  lost: writes.extend({
    /** Acknowledgement of the oldest lost write, on the drill's clock. */
    oldestAckMs: figure,
    /** Lost writes acknowledged after the newest surviving one, and those before it. */
    tail: figure,
    holes: figure,
  }),
  stranded: writes,
  recovered: z.object({ count: figure }),
  phantom: writes,
  unexpected: writes,
  duplicated: writes,
  doubleExecuted: writes,
  corrupt: writes,
  /** Transaction bundles of which only a part is there. */
  torn: writes,
  regressed: resources,
  dangling: resources,
  indexLost: resources,
  /** Milliseconds from the acknowledgement of a version to the last look that still found an older one. */
  stale: quantiles.extend({ maxMs: figure }),
  registers: z.object({ checked: figure, violations: z.array(z.string()) }),
  /** Resource versions, of this run, that only one side holds, and those whose content differs. */
  divergence: z.object({ onlyServing: figure, onlyOther: figure, different: figure }),
  rpo: z.object({ count: figure, seconds: figure }),
  rto: z.object({ seconds: figure, censoredAtSeconds: figure, detect: figure, switch: figure, resume: figure }),
  redundancy: z.object({ seconds: figure, censoredAtSeconds: figure }),
  downtime: z.object({
    seconds: figure,
    /** True when the last interval was still open when the load ended: the figure is then a lower bound. */
    censored: z.boolean(),
    intervals: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
  }),
  /** Each change of sides that was ordered; `gapSeconds` is the longest time in it without an acknowledged write. */
  switchovers: z.array(z.object({ to: z.enum(SIDES), seconds: figure, gapSeconds: figure, lost: figure })).default([]),
  /** Shares of 1, and how much of the promised period's error budget this one run spent, as a share of it. */
  availability: z.object({ byTime: figure, byCount: figure, budgetByTime: figure, budgetByCount: figure }),
  /** Milliseconds from sending to acknowledgement, of acknowledged writes only. */
  latency: z.object({ before: quantiles, during: quantiles, after: quantiles }),
});
export type Measures = z.infer<typeof MeasuresSchema>;

export const VerdictSchema = z.object({
  schema: z.literal(VERDICT_SCHEMA),
  run: z.string(),
  scenario: z.string(),
  config: z.string(),
  verdict: VerdictWordSchema,
  checks: z.array(CheckResultSchema),
  measures: MeasuresSchema,
});
export type Verdict = z.infer<typeof VerdictSchema>;

/** Worst wins: broken, then inconclusive. Nothing promised and checked is inconclusive. */
export function worst(words: readonly CheckWord[]): VerdictWord {
  if (words.includes("broken")) return "broken";
  return words.includes("inconclusive") || !words.includes("holds") ? "inconclusive" : "holds";
}
