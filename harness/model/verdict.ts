/** `verdict.json`: the judgement of one run. A figure that was not measured is `null`, with a reason, never 0. */
import { z } from "zod";

export const VERDICT_SCHEMA = "fhirdrill.verdict/1";

export const VerdictWordSchema = z.enum(["holds", "broken", "inconclusive"]);
export type VerdictWord = z.infer<typeof VerdictWordSchema>;

export const CheckResultSchema = z.object({
  name: z.string(),
  verdict: VerdictWordSchema,
  reason: z.string(),
  /** Ids, times, file and line. */
  evidence: z.array(z.string()),
});
export type CheckResult = z.infer<typeof CheckResultSchema>;

const figure = z.number().nullable();
const quantiles = z.object({ p50: figure, p95: figure, p99: figure, count: z.number() });

export const MeasuresSchema = z.object({
  writes: z.object({ attempted: z.number(), acknowledged: z.number(), failed: z.number(), indeterminate: z.number() }),
  lost: z.object({
    count: figure,
    ids: z.array(z.string()),
    /** Acknowledgement of the oldest lost write, on the drill's clock. */
    oldestAckMs: figure,
    /** Lost writes acknowledged after the newest surviving one, and those before it. */
    tail: figure,
    holes: figure,
    /** Transaction bundles of which only a part is there. */
    torn: z.array(z.string()),
  }),
  stranded: z.object({ count: figure, ids: z.array(z.string()) }),
  recovered: z.object({ count: figure }),
  phantom: z.object({ count: figure, ids: z.array(z.string()) }),
  rpo: z.object({ count: figure, seconds: figure }),
  rto: z.object({ seconds: figure, censoredAtSeconds: figure, detect: figure, switch: figure, resume: figure }),
  downtime: z.object({
    seconds: figure,
    /** True when the last interval was still open when the load ended: the figure is then a lower bound. */
    censored: z.boolean(),
    intervals: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
  }),
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

/** Worst wins: broken, then inconclusive. Nothing checked is inconclusive. */
export function worst(words: readonly VerdictWord[]): VerdictWord {
  if (words.includes("broken")) return "broken";
  return words.length === 0 || words.includes("inconclusive") ? "inconclusive" : "holds";
}
