/** What is taken from each run's measures and shown beside other runs: one number a run, or none where none was measured. */
import type { Measures } from "../../model/verdict/verdict.ts";
import type { Observation } from "../../stats/median.ts";

/** Seconds, but for `lost` and `gone`, which are writes, and `availability`, which is a share of 1. */
export const HEADS = {
  lost: "lost",
  rto: "RTO, s",
  downtime: "downtime, s",
  rpo: "RPO, s",
  availability: "availability, %",
  redundancy: "redundancy, s",
};
export type FigureName = keyof typeof HEADS;

export const OBSERVED = {
  lost: ({ lost }: Pick<Measures, "lost">) => seen(lost.count),
  /** Of the lost writes, those that nobody can bring back. */
  gone: ({ lost, stranded }: Pick<Measures, "lost" | "stranded">) => {
    if (lost.count === null || lost.count === 0) return seen(lost.count);
    return seen(stranded.count === null ? null : lost.count - stranded.count);
  },
  rto: ({ rto }: Pick<Measures, "rto">) => seen(rto.seconds) ?? atLeast(rto.censoredAtSeconds),
  downtime: ({ downtime }: Pick<Measures, "downtime">): Observation | null =>
    downtime.seconds === null ? null : { value: downtime.seconds, censored: downtime.censored },
  rpo: ({ rpo }: Pick<Measures, "rpo">) => seen(rpo.seconds),
  availability: ({ availability }: Pick<Measures, "availability">) => seen(availability.byTime),
  redundancy: ({ redundancy }: Pick<Measures, "redundancy">) =>
    seen(redundancy.seconds) ?? atLeast(redundancy.censoredAtSeconds),
};

export function seen(value: number | null): Observation | null {
  return value === null ? null : { value, censored: false };
}

function atLeast(value: number | null): Observation | null {
  return value === null ? null : { value, censored: true };
}
