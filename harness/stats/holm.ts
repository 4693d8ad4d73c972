/**
 * Holm's correction of p values for multiple questions. It bounds the family-wise error rate: without any difference, the
 * probability that one or more corrected p values reach the level is at most the level, whatever their dependence. Source:
 * Holm, Scandinavian Journal of Statistics 6 (1979).
 *
 * A question that could not be significant under any assignment of the values to the groups is neither counted nor answered:
 * for example, no run of either group was broken, or there are too few runs. Source: Tarone, Biometrics 46 (1990).
 */
import type { Chance } from "./rank-test.ts";

export const LEVEL = 0.05;

export interface Corrected {
  /** In the order of the questions; `null` if a question could not be significant. */
  p: (number | null)[];
  /** How many questions could be significant. */
  counted: number;
}

export function holm(questions: readonly Chance[]): Corrected {
  const able = (count: number) => questions.filter(({ least }) => least <= LEVEL / count);
  let count = 1;
  while (able(count).length > count) count += 1;
  const counted = able(count);
  const p = new Map<Chance, number>();
  let largest = 0;
  for (const [place, question] of counted.toSorted((x, y) => x.p - y.p).entries()) {
    largest = Math.max(largest, Math.min(1, question.p * (counted.length - place)));
    p.set(question, largest);
  }
  return { p: questions.map((question) => p.get(question) ?? null), counted: counted.length };
}
