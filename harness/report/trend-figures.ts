/** The figures whose course is shown, each with its unit and with what was promised of it. */
import type { z } from "zod";
import type { Objectives } from "../model/config.ts";
import { MeasuresSchema } from "../model/verdict.ts";
import type { Observation } from "../stats/median.ts";

/** What is taken from a verdict's measures: the less that is, the older may verdicts be. */
export const TrendMeasuresSchema = MeasuresSchema.pick({ lost: true, rto: true, rpo: true, downtime: true }).extend({
  redundancy: MeasuresSchema.shape.redundancy.default({ seconds: null, censoredAtSeconds: null }),
});
type Measures = z.infer<typeof TrendMeasuresSchema>;

export interface TrendFigure {
  name: string;
  unit: "s" | "writes";
  /** `null` where it is not known. */
  of: (measures: Measures) => Observation | null;
  promised: (objectives: Objectives) => number | null;
}

const seen = (value: number | null): Observation | null => (value === null ? null : { value, censored: false });
const untilSeen = (seconds: number | null, atLeast: number | null) =>
  seconds === null && atLeast !== null ? { value: atLeast, censored: true } : seen(seconds);

export const TREND_FIGURES: readonly TrendFigure[] = [
  { name: "lost", unit: "writes", of: ({ lost }) => seen(lost.count), promised: ({ lostWrites }) => lostWrites },
  {
    ...{ name: "RTO", unit: "s" },
    of: ({ rto }) => untilSeen(rto.seconds, rto.censoredAtSeconds),
    promised: ({ rtoSeconds }) => rtoSeconds,
  },
  {
    ...{ name: "downtime", unit: "s" },
    of: ({ downtime }) => (downtime.seconds === null ? null : { value: downtime.seconds, censored: downtime.censored }),
    promised: () => null,
  },
  { name: "RPO", unit: "s", of: ({ rpo }) => seen(rpo.seconds), promised: ({ rpoSeconds }) => rpoSeconds },
  {
    ...{ name: "redundancy", unit: "s" },
    of: ({ redundancy }) => untilSeen(redundancy.seconds, redundancy.censoredAtSeconds),
    promised: ({ redundancySeconds }) => redundancySeconds,
  },
];

/** "> 2.10 s", "17" writes. */
export function valueText({ value, censored }: Observation, unit: TrendFigure["unit"]): string {
  const digits = Number.isInteger(value) || value >= 1000 ? 0 : value < 10 ? 2 : 1;
  return `${censored ? "> " : ""}${value.toFixed(digits)}${unit === "s" ? " s" : ""}`;
}
