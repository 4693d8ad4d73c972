/** The rows of a comparison: each figure of two groups, by how much it differs, and whether chance explains that. */
import { chance } from "../../model/load/write.ts";
import { bootstrapMedians, medianDifference } from "../../stats/bootstrap-medians.ts";
import { type Bounds, hodgesLehmann, type Shift } from "../../stats/hodges-lehmann.ts";
import { holm, LEVEL } from "../../stats/holm.ts";
import { type Observation, type Spread, spread } from "../../stats/median.ts";
import { newcombe } from "../../stats/newcombe.ts";
import { type Random, type RankTest, rankTest } from "../../stats/rank-test.ts";
import { atMost } from "../../stats/rule-of-three.ts";
import { runsNeeded } from "../../stats/runs-needed.ts";
import { wilson } from "../../stats/wilson.ts";
import { countedFigure } from "../figures/counted.ts";
import { type FigureName, HEADS, OBSERVED } from "../figures/observed.ts";
import type { Compared, ComparedRun, Group } from "./pairs.ts";

export const RATES = { broken: "broken", losing: "lost anything", inconclusive: "inconclusive" } as const;
export type RateName = keyof typeof RATES;

/** One number per run, for the runs that have it. */
export interface Values {
  runs: ComparedRun[];
  values: Observation[];
}

export interface Share {
  k: number;
  n: number;
  /** Wilson's 95 % interval. */
  interval: Bounds;
  /** For "0 of n", the upper bound of the share at 95 % confidence; `null` if k > 0. */
  atMost: number | null;
}

interface Compares {
  a: Values;
  b: Values;
  test: RankTest | null;
  /** Two-sided, after Holm correction for all rows; `null` if no assignment of these values to the groups could be significant. */
  p: number | null;
  /** `unclear` is shown as `~`. `same`: every run has the same value. `unmeasured`: a group has no value. */
  word: "better" | "worse" | "same" | "unclear" | "unmeasured";
  /** How many more runs per group may detect an effect of the size observed; only if unclear. May be infinite. */
  moreRuns: number | null;
}

export interface FigureRow extends Compares {
  kind: "figure";
  name: FigureName;
  spreads: [Spread | null, Spread | null];
  shift: Shift | null;
  medians: { estimate: Bounds; interval: Bounds | null } | null;
}

export interface RateRow extends Compares {
  kind: "rate";
  name: RateName;
  shares: [Share | null, Share | null];
  difference: { estimate: number; interval: Bounds } | null;
}

export type Row = FigureRow | RateRow;

/** Fixed, so that the same runs give the same figures. */
const SEED = 1;

export function rowsOf(a: Group, b: Group): Row[] {
  const [ofA, ofB] = [conclusive(a), conclusive(b)];
  const figures = (Object.keys(HEADS) as FigureName[]).map((name) => {
    const value = ({ verdict }: ComparedRun) => countedFigure<Compared["measures"]>(verdict, OBSERVED[name]);
    return figureRow(name, valuesOf(a.runs, value), valuesOf(b.runs, value));
  });
  const is = (yes: boolean): Observation => ({ value: yes ? 1 : 0, censored: false });
  const lostAny = ({ verdict }: ComparedRun) => {
    const { count } = verdict.measures.lost;
    return count === null ? null : is(count > 0);
  };
  const word = (wanted: string) => (run: ComparedRun) => is(run.verdict.verdict === wanted);
  return [
    ...figures.filter(({ a, b }) => a.values.length + b.values.length > 0),
    rateRow("broken", valuesOf(ofA, word("broken")), valuesOf(ofB, word("broken"))),
    rateRow("losing", valuesOf(ofA, lostAny), valuesOf(ofB, lostAny)),
    rateRow("inconclusive", valuesOf(a.runs, word("inconclusive")), valuesOf(b.runs, word("inconclusive"))),
  ];
}

function conclusive({ runs }: Group): ComparedRun[] {
  return runs.filter(({ verdict }) => verdict.verdict !== "inconclusive");
}

function valuesOf(runs: readonly ComparedRun[], of: (run: ComparedRun) => Observation | null): Values {
  const measured = runs.flatMap((run) => {
    const value = of(run);
    return value === null ? [] : [{ run, value }];
  });
  return { runs: measured.map(({ run }) => run), values: measured.map(({ value }) => value) };
}

function figureRow(name: FigureName, a: Values, b: Values): FigureRow {
  const both = a.values.length > 0 && b.values.length > 0;
  return {
    ...compared(a, b),
    kind: "figure",
    name,
    spreads: [spread(a.values), spread(b.values)],
    shift: hodgesLehmann(a.values, b.values),
    medians: both
      ? { estimate: medianDifference(a.values, b.values), interval: bootstrapMedians(a.values, b.values, randomOf()) }
      : null,
  };
}

function rateRow(name: RateName, a: Values, b: Values): RateRow {
  const shares: RateRow["shares"] = [shareOf(a), shareOf(b)];
  const [from, to] = shares;
  const difference =
    from === null || to === null ? null : { estimate: to.k / to.n - from.k / from.n, interval: newcombe(from, to) };
  return { ...compared(a, b), kind: "rate", name, shares, difference };
}

function shareOf({ values }: Values): Share | null {
  const n = values.length;
  if (n === 0) return null;
  const k = values.filter(({ value }) => value === 1).length;
  return { k, n, interval: wilson(k, n), atMost: k === 0 ? atMost(n) : null };
}

/** `toldApart` sets the word, once all questions are known. */
function compared(a: Values, b: Values): Compares {
  return { a, b, test: rankTest(a.values, b.values, randomOf()), p: null, word: "unmeasured", moreRuns: null };
}

/** Sets every row's word. Returns the number of questions for which the p values were corrected. */
export function toldApart(rows: readonly Row[]): number {
  const asked = rows.filter((row): row is Row & { test: RankTest } => row.test !== null);
  const { p, counted } = holm(asked.map(({ test }) => test.either));
  for (const [index, row] of asked.entries()) {
    row.p = p[index] ?? null;
    const values = [...row.a.values, ...row.b.values];
    if (values.every(({ value, censored }) => !censored && value === values[0]?.value)) row.word = "same";
    else if (row.p !== null && row.p <= LEVEL)
      row.word = row.test.greater.p < row.test.less.p === (row.name === "availability") ? "better" : "worse";
    else {
      row.word = "unclear";
      row.moreRuns = more(row, LEVEL / Math.max(1, counted));
    }
  }
  return counted;
}

function more({ a, b }: Row, level: number): number | null {
  const needed = runsNeeded(a.values, b.values, level);
  return needed === null ? null : Math.max(1, needed - Math.min(a.values.length, b.values.length));
}

export function randomOf(): Random {
  let n = 0;
  return () => {
    n += 1;
    return chance(SEED, n);
  };
}
