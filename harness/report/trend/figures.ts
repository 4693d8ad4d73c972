/** The figures shown over time, each with its unit and its objective. */
import type { z } from "zod";
import type { Objectives } from "../../model/plan/config.ts";
import { MeasuresSchema } from "../../model/verdict/verdict.ts";
import type { Observation } from "../../stats/median.ts";
import { EndsSchema } from "../figures/counted.ts";
import { OBSERVED } from "../figures/observed.ts";
import { number } from "../figures/text.ts";

/** The measures that the trend needs: the fewer, the older the verdicts that can be read. */
export const TrendMeasuresSchema = EndsSchema.extend(MeasuresSchema.pick({ lost: true, rpo: true }).shape);
type Measures = z.infer<typeof TrendMeasuresSchema>;

export interface TrendFigure {
  name: string;
  unit: "s" | "writes";
  /** `null` if it is not known. */
  of: (measures: Measures) => Observation | null;
  promised: (objectives: Objectives) => number | null;
}

export const TREND_FIGURES: readonly TrendFigure[] = [
  { name: "lost", unit: "writes", of: OBSERVED.lost, promised: ({ lostWrites }) => lostWrites },
  {
    ...{ name: "RTO", unit: "s" },
    of: OBSERVED.rto,
    promised: ({ rtoSeconds }) => rtoSeconds,
  },
  {
    ...{ name: "downtime", unit: "s" },
    of: OBSERVED.downtime,
    promised: () => null,
  },
  { name: "RPO", unit: "s", of: OBSERVED.rpo, promised: ({ rpoSeconds }) => rpoSeconds },
  {
    ...{ name: "redundancy", unit: "s" },
    of: OBSERVED.redundancy,
    promised: ({ redundancySeconds }) => redundancySeconds,
  },
];

/** For example "> 2.10 s", or "17" for writes. */
export function valueText(value: Observation, unit: TrendFigure["unit"]): string {
  return `${number(value)}${unit === "s" ? " s" : ""}`;
}
