/**
 * Did it get worse? Each expression on each pair is a question, and so is each check that held in the whole baseline: is it
 * broken now? The answer is yes only if twice the one-sided p is at most the level (so that the 95 % interval lies beyond the
 * threshold, too) after Holm correction for all questions of the comparison: of twenty comparisons in which nothing changed,
 * at most one reports a regression.
 *
 * A threshold shifts the baseline: it is added to the baseline's values, and B must be above even those.
 */
import type { Objectives } from "../../model/plan/config.ts";
import { type Corrected, holm, LEVEL } from "../../stats/holm.ts";
import type { Observation } from "../../stats/median.ts";
import { type Chance, type Random, rankTest, twice } from "../../stats/rank-test.ts";
import type { Expression } from "./fail-on.ts";
import type { ComparedRun, Paired } from "./pairs.ts";
import type { Row, Values } from "./rows.ts";

export type Rowed = Paired & { rows: readonly Row[] };

export interface Decision {
  /** An expression as the user wrote it, or `the promise of rto`. */
  text: string;
  promise: boolean;
  scenario: string;
  /** Letters and configurations of the two groups. */
  a: { letter: string; config: string };
  b: { letter: string; config: string };
  regressed: boolean;
  /** Corrected; `null` if no assignment of these values to the groups could be significant. */
  p: number | null;
  /** How many runs of each group count. */
  n: [number, number];
  /** Why the question could not be decided: a group has no such figure, or there are too few runs. Else empty. */
  undecided: string;
  /** The runs of B that show it, the worst first. */
  evidence: string[];
  /** The row with its figures. */
  row: Row["name"] | null;
}

interface Question extends Omit<Decision, "regressed" | "p" | "undecided"> {
  chance: Chance | null;
  /** A check is a question only if both groups have it, and a regression only if it held in the whole baseline. */
  kept: boolean;
}

/** The objective of each check. */
const OBJECTIVES: Record<string, keyof Objectives> = {
  "lost-writes": "lostWrites",
  rpo: "rpoSeconds",
  rto: "rtoSeconds",
  redundancy: "redundancySeconds",
  availability: "availability",
};

export function decisionsOf(
  pairs: readonly Rowed[],
  expressions: readonly Expression[],
  random: () => Random,
): Decision[] {
  const questions = pairs.flatMap((pair) => [
    ...expressions.map((expression) => expressionQuestion(pair, expression, random())),
    ...promiseQuestions(pair, random),
  ]);
  const asked = questions.filter((question): question is Question & { chance: Chance } => question.chance !== null);
  const corrected = holm(asked.map(({ chance }) => chance));
  return questions.map((question) => {
    const { chance, kept, ...rest } = question;
    const p = chance === null ? null : (corrected.p[asked.indexOf(question as Question & { chance: Chance })] ?? null);
    return { ...rest, p, regressed: kept && p !== null && p <= LEVEL, undecided: whyUndecided(question, corrected) };
  });
}

function expressionQuestion(pair: Rowed, expression: Expression, random: Random): Question {
  const name = "rate" in expression ? expression.rate : expression.figure;
  const row = pair.rows.find((each) => each.name === name);
  const none: Values = { runs: [], values: [] };
  const { a, b } = row ?? { a: none, b: none };
  const worse = name === "availability" ? "less" : "greater";
  const from = a.values.map((value) => moved(value, expression));
  const chance = rankTest(from, b.values, random)?.[worse] ?? null;
  const rank = (value: Observation) => (worse === "less" ? -value.value : value.value);
  const ranked = b.runs.map((run, index) => ({ run, rank: rank(b.values[index] as Observation) }));
  const beyond = ranked.filter((each) => each.rank > ("rate" in expression ? 0 : middle(from.map(rank))));
  return {
    ...placed(pair, expression.text, chance, a, b),
    promise: false,
    evidence: beyond.toSorted((x, y) => y.rank - x.rank).map(({ run }) => run.name),
    row: row?.name ?? null,
  };
}

function moved({ value, censored }: Observation, expression: Expression): Observation {
  if ("rate" in expression) return { value, censored };
  if (expression.relative) return { value: value * (1 + expression.by), censored };
  return { value: expression.figure === "availability" ? value - expression.by : value + expression.by, censored };
}

function promiseQuestions(pair: Rowed, random: () => Random): Question[] {
  const names = new Set(pair.b.runs.flatMap(({ verdict }) => verdict.checks.map(({ name }) => name)));
  return [...names]
    .filter((name) => heldAlike(name, [...pair.a.runs, ...pair.b.runs]))
    .flatMap((name) => {
      const [a, b] = [asked(pair.a.runs, name), asked(pair.b.runs, name)];
      const chance = rankTest(a.values, b.values, random())?.greater ?? null;
      if (chance === null) return [];
      const broken = b.runs.filter((_, index) => b.values[index]?.value === 1);
      return [
        {
          ...placed(pair, `the promise of ${name}`, chance, a, b),
          promise: true,
          kept: a.values.every(({ value }) => value === 0),
          evidence: broken.map(({ name }) => name),
          row: null,
        },
      ];
    });
}

/** 1 where the check is broken, 0 where it holds: for the conclusive runs that have either. */
function asked(runs: readonly ComparedRun[], name: string): Values {
  const word = ({ verdict }: ComparedRun) => verdict.checks.find((check) => check.name === name)?.verdict;
  const counted = runs.filter(
    (run) => run.verdict.verdict !== "inconclusive" && (word(run) === "broken" || word(run) === "holds"),
  );
  return { runs: counted, values: counted.map((run) => ({ value: word(run) === "broken" ? 1 : 0, censored: false })) };
}

/** A stricter objective is not the one that the baseline met. */
function heldAlike(name: string, runs: readonly ComparedRun[]): boolean {
  const objective = OBJECTIVES[name];
  if (objective === undefined) return true;
  return new Set(runs.map(({ run }) => JSON.stringify(run.config.objectives[objective]))).size === 1;
}

function placed({ scenario, a, b }: Paired, text: string, chance: Chance | null, ofA: Values, ofB: Values) {
  return {
    text,
    scenario,
    a: { letter: a.letter, config: a.config },
    b: { letter: b.letter, config: b.config },
    n: [ofA.values.length, ofB.values.length] as [number, number],
    chance: chance && { p: twice(chance.p), least: twice(chance.least) },
    kept: true,
  };
}

/** Empty if there are enough runs: identical values need no decision, but too few runs must be reported. */
function whyUndecided({ a, b, n: [n, m], chance }: Question, { counted }: Corrected): string {
  if (chance === null)
    return n + m === 0 ? "no run measured it" : `no run of ${n === 0 ? a.letter : b.letter} measured it`;
  if (twice(fewest(n, m)) <= LEVEL / Math.max(1, counted)) return "";
  return `${n} and ${m} runs are too few to decide${counted > 1 ? ` ${counted} questions at once` : ""}`;
}

/** The probability of one assignment of n + m values to groups of n and m: the smallest p possible. */
function fewest(n: number, m: number): number {
  return Array.from({ length: m }, (_, k) => (k + 1) / (n + k + 1)).reduce((chance, factor) => chance * factor, 1);
}

function middle(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[Math.floor((values.length - 1) / 2)] ?? Number.NEGATIVE_INFINITY;
}
