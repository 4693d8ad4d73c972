/**
 * Which figures of a run count where many runs are put together. An inconclusive run proves nothing, so none of its figures
 * does; but for a run of which only an end is not known. The longest outages are those whose end was not seen before the
 * load was over: without them, a median would be that of the good runs.
 */
import type { z } from "zod";
import { MeasuresSchema, type Verdict } from "../../model/verdict/verdict.ts";
import type { Observation } from "../../stats/median.ts";

/** What tells of ends, in verdicts of any age. */
export const EndsSchema = MeasuresSchema.pick({ rto: true, downtime: true }).extend({
  redundancy: MeasuresSchema.shape.redundancy.default({ seconds: null, censoredAtSeconds: null }),
});
type Ends = z.infer<typeof EndsSchema>;

/** Checks that are inconclusive where an end was not seen, and whether it was that. */
const END_UNSEEN: Record<string, (measures: Ends) => boolean> = {
  // With a figure, it is the end of a later outage.
  rto: ({ rto }) => rto.censoredAtSeconds !== null || rto.seconds !== null,
  downtime: ({ downtime }) => downtime.censored,
  availability: ({ downtime }) => downtime.censored,
  redundancy: ({ redundancy }) => redundancy.censoredAtSeconds !== null,
};

interface CountedRun<M extends Ends> {
  verdict: Verdict["verdict"];
  checks: Pick<Verdict["checks"][number], "name" | "verdict">[];
  measures: M;
}

export function isCounted({ verdict, checks, measures }: CountedRun<Ends>): boolean {
  if (verdict !== "inconclusive") return true;
  const unknown = checks.filter((check) => check.verdict === "inconclusive");
  return unknown.length > 0 && unknown.every(({ name }) => END_UNSEEN[name]?.(measures) ?? false);
}

/** `null` where it is not known, or does not count. */
export function countedFigure<M extends Ends>(
  run: CountedRun<M>,
  of: (measures: M) => Observation | null,
): Observation | null {
  return isCounted(run) ? of(run.measures) : null;
}
