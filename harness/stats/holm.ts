/**
 * Many questions asked at one time: the chances of their answers, made larger so that, if nothing differs anywhere, one or
 * more of them fall to the level or below it with no more chance than the level, however they depend on each other.
 * Source: Holm, Scandinavian Journal of Statistics 6 (1979).
 *
 * A question whose answer could not have been rare enough, whoever had which value, is not counted, nor answered: no run
 * was broken on either side, or there are too few. Source: Tarone, Biometrics 46 (1990).
 */
import type { Chance } from "./rank-test.ts";

export const LEVEL = 0.05;

export interface Corrected {
  /** In the order of the questions; `null` where there could be no answer. */
  p: (number | null)[];
  /** How many could have had an answer. */
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
