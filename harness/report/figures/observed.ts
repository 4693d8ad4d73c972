/** The figures that are compared between runs: one number per run, or `null` if it was not measured. */
import type { Measures } from "../../model/verdict/verdict.ts";
import type { Observation } from "../../stats/median.ts";

/** In seconds, except `lost` and `gone`, which are writes, and `availability`, which is a share of 1. */
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
  /** The lost writes that cannot be recovered. */
  gone: ({ lost, stranded }: Pick<Measures, "lost" | "stranded">) => {
    if (lost.count === null || lost.count === 0) return seen(lost.count);
    return seen(stranded.count === null ? null : lost.count - stranded.count);
  },
  rto: ({ rto }: Pick<Measures, "rto">) => bounded(rto.seconds, rto.censoredAtSeconds),
  downtime: ({ downtime }: Pick<Measures, "downtime">): Observation | null =>
    downtime.seconds === null ? null : { value: downtime.seconds, censored: downtime.censored },
  rpo: ({ rpo }: Pick<Measures, "rpo">) => seen(rpo.seconds),
  availability: ({ availability }: Pick<Measures, "availability">) => seen(availability.byTime),
  redundancy: ({ redundancy }: Pick<Measures, "redundancy">) =>
    bounded(redundancy.seconds, redundancy.censoredAtSeconds),
};

export function seen(value: number | null): Observation | null {
  return value === null ? null : { value, censored: false };
}

/** The value, or a lower bound of it if its end was not observed. */
export function bounded(value: number | null, atLeast: number | null): Observation | null {
  return seen(value) ?? (atLeast === null ? null : { value: atLeast, censored: true });
}
