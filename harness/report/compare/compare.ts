/**
 * Compares sets of runs with a baseline: for each scenario and figure, the difference, its interval, and whether chance
 * explains it; and what regressed. Pure; the unit is the run.
 *
 * The share of inconclusive runs is a row of its own. `counted.ts` decides which runs' figures count.
 */
import type { VerdictWord } from "../../model/verdict/verdict.ts";
import { whyInconclusive } from "../figures/counted.ts";
import type { Expression } from "./fail-on.ts";
import { type ComparedRun, type Paired, pairsOf, type RunSet } from "./pairs.ts";
import { whyDecided } from "./reasons.ts";
import { type Decision, decisionsOf } from "./regressions.ts";
import { type Row, randomOf, rowsOf, toldApart } from "./rows.ts";
import { type Difference, differences } from "./setups.ts";

export interface Pair extends Paired {
  rows: Row[];
  /** How the setups differ, whether that is the question or not. */
  differs: Difference[];
  inconclusive: { name: string; reason: string }[];
}

export interface Comparison {
  sets: { letter: string; label: string; words: Record<VerdictWord, number> }[];
  /** Sentences: what could not be compared, and why. */
  notes: string[];
  pairs: Pair[];
  /** The number of questions for which the p values of the rows were corrected. */
  questions: number;
  decisions: (Decision & { why: string })[];
}

/** The first set is the baseline. */
export function compareSets(sets: readonly RunSet[], expressions: readonly Expression[] = []): Comparison {
  const [baseline, ...others] = sets as [RunSet, ...RunSet[]];
  const found = others.map((other) => pairsOf(baseline, other));
  const pairs = found.flatMap((each) => each.pairs).map(pairOf);
  const questions = toldApart(pairs.flatMap(({ rows }) => rows));
  return {
    sets: sets.map(({ letter, label, runs }) => ({ letter, label, words: words(runs) })),
    notes: [...new Set([...found.flatMap(({ notes }) => notes), ...fewNotes(pairs)])],
    pairs,
    questions,
    decisions: decisionsOf(pairs, expressions, randomOf).map((each) => ({ ...each, why: whyDecided(each, pairs) })),
  };
}

function pairOf(paired: Paired): Pair {
  const { a, b } = paired;
  return {
    ...paired,
    rows: rowsOf(a, b),
    differs: differences(a, b),
    inconclusive: [a, b].flatMap(({ letter, runs }) =>
      runs
        .filter(({ verdict }) => verdict.verdict === "inconclusive")
        .map(({ name, verdict }) => ({ name: `${letter} ${name}`, reason: whyInconclusive(verdict) })),
    ),
  };
}

function fewNotes(pairs: readonly Pair[]): string[] {
  const single = pairs.flatMap(({ scenario, a, b }) =>
    [a, b].filter(({ runs }) => runs.length === 1).map(({ letter, config }) => `${letter} ${scenario} × ${config}`),
  );
  return single.length === 0 ? [] : [`One run alone cannot show a difference: ${[...new Set(single)].join(", ")}.`];
}

function words(runs: readonly ComparedRun[]): Record<VerdictWord, number> {
  const count = (word: VerdictWord) => runs.filter(({ verdict }) => verdict.verdict === word).length;
  return { holds: count("holds"), broken: count("broken"), inconclusive: count("inconclusive") };
}
