/**
 * Sets of runs against a baseline: for each scenario and figure, by how much they differ, how sure that is, and whether the
 * runs can tell it from chance; and what regressed. Pure; the unit is the run.
 *
 * How many runs are inconclusive is a figure of its own; whose figures count is said in `counted.ts`.
 */
import type { VerdictWord } from "../../model/verdict/verdict.ts";
import { whyInconclusive } from "../table/table.ts";
import type { Expression } from "./fail-on.ts";
import { type ComparedRun, type Paired, pairsOf, type RunSet } from "./pairs.ts";
import { whyDecided } from "./reasons.ts";
import { type Decision, decisionsOf } from "./regressions.ts";
import { type Row, randomOf, rowsOf, toldApart } from "./rows.ts";
import { type Difference, differences } from "./setups.ts";

export interface Pair extends Paired {
  rows: Row[];
  /** What differs in how the runs came about, whether it was asked or not. */
  differs: Difference[];
  inconclusive: { name: string; reason: string }[];
}

export interface Comparison {
  sets: { letter: string; label: string; words: Record<VerdictWord, number> }[];
  /** What could not be compared, and why: sentences. */
  notes: string[];
  pairs: Pair[];
  /** How many questions were counted when the chances of their answers were corrected. */
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
  return single.length === 0 ? [] : [`One run alone cannot be told from chance: ${[...new Set(single)].join(", ")}.`];
}

function words(runs: readonly ComparedRun[]): Record<VerdictWord, number> {
  const count = (word: VerdictWord) => runs.filter(({ verdict }) => verdict.verdict === word).length;
  return { holds: count("holds"), broken: count("broken"), inconclusive: count("inconclusive") };
}
