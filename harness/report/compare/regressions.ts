/**
 * Did it get worse? Each expression on each pair is a question, and so is each promise that the baseline kept: is it
 * broken now? A question is answered yes only if chance alone would hardly give it: one-sided, twice as rare as the level
 * (so that the 95 % interval lies beyond the threshold, too), and corrected for all questions of the comparison, so that
 * of twenty comparisons in which nothing changed at most one says that something did.
 *
 * A threshold moves the baseline: its values are made larger by so much, and B must be above even then.
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
  /** An expression as it was written, or `the promise of rto`. */
  text: string;
  promise: boolean;
  scenario: string;
  /** Letters and configurations of both sides. */
  a: { letter: string; config: string };
  b: { letter: string; config: string };
  regressed: boolean;
  /** Corrected; `null` if these runs could not have said yes, whatever they measured. */
  p: number | null;
  /** How many runs of each side count. */
  n: [number, number];
  /** Why nothing could have been said: a side has no such figure, or there are too few runs. Empty if it could. */
  undecided: string;
  /** The runs of B that speak for it, the worst first. */
  evidence: string[];
  /** Where the row of figures is that shows it. */
  row: Row["name"] | null;
}

interface Question extends Omit<Decision, "regressed" | "p" | "undecided"> {
  chance: Chance | null;
  /** A promise is a question only if it is asked on both sides, and an answer only if the baseline kept it. */
  kept: boolean;
}

/** What each check is held to. */
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
  const order = b.runs.map((run, index) => ({ run, rank: rank(b.values[index] as Observation) }));
  const beyond = order.filter((each) => each.rank > ("rate" in expression ? 0 : middle(from.map(rank))));
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

/** 1 where the check is broken, 0 where it holds, in the runs that prove something and were asked. */
function asked(runs: readonly ComparedRun[], name: string): Values {
  const word = ({ verdict }: ComparedRun) => verdict.checks.find((check) => check.name === name)?.verdict;
  const counted = runs.filter(
    (run) => run.verdict.verdict !== "inconclusive" && (word(run) === "broken" || word(run) === "holds"),
  );
  return { runs: counted, values: counted.map((run) => ({ value: word(run) === "broken" ? 1 : 0, censored: false })) };
}

/** What is promised more strictly is not the promise that was kept. */
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

/** Where all are the same, there is nothing to decide; where a few cannot but be undecided, somebody must know. */
function whyUndecided({ a, b, n: [n, m], chance }: Question, { counted }: Corrected): string {
  if (chance === null)
    return n + m === 0 ? "no run has measured it" : `${n === 0 ? a.letter : b.letter} has not measured it`;
  if (twice(fewest(n, m)) <= LEVEL / Math.max(1, counted)) return "";
  return `${n} and ${m} runs are too few to tell${counted > 1 ? `, with ${counted} questions at one time` : ""}`;
}

/** The chance of one deal of n and m. */
function fewest(n: number, m: number): number {
  return Array.from({ length: m }, (_, k) => (k + 1) / (n + k + 1)).reduce((chance, factor) => chance * factor, 1);
}

function middle(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[Math.floor((values.length - 1) / 2)] ?? Number.NEGATIVE_INFINITY;
}
