/** A row of a comparison as text, for the terminal, Markdown and the page alike. */
import type { Bounds } from "../../stats/hodges-lehmann.ts";
import type { Observation, Spread } from "../../stats/median.ts";
import { type FigureName, HEADS } from "../figures/observed.ts";
import { digits, sure } from "../figures/text.ts";
import { type FigureRow, RATES, type RateRow, type Row, type Share } from "./rows.ts";

export interface Cells {
  head: string;
  word: string;
  a: string;
  b: string;
  /** B minus A: the Hodges-Lehmann shift, or the difference of two shares. */
  shift: string;
  /** The difference of the medians, with its bootstrap interval. */
  medians: string;
}

/** Beyond this, the exact number of runs does not matter. */
const MOST_RUNS = 1000;

export const LEGEND = [
  "A row: the median of each group, its 95 % confidence interval [a, b] (below 6 runs the range, a … b; nothing if all runs have the same figure), and the number of runs in brackets; then B - A: the Hodges-Lehmann shift with its exact 95 % interval, and below it the difference of the medians with its bootstrap interval. For rates: Wilson's interval, and Newcombe's for the difference, in percentage points (pt).",
  "better, worse: p ≤ 0.05, two-sided. same: every run has the same value. ~: these runs cannot tell, which does not mean that there is no difference; about that many more runs per group may detect one of the size observed. > x: x or more, because the end was not observed.",
];

export function cellsOf(row: Row, letter: string): Cells {
  const cells = row.kind === "figure" ? figureCells(row) : rateCells(row);
  return { ...cells, word: wordOf(row, letter) };
}

function wordOf({ word, moreRuns }: Row, letter: string): string {
  if (word === "same") return "same";
  if (word === "unmeasured") return "";
  if (word !== "unclear") return `${letter} ${word}`;
  if (moreRuns === null || moreRuns === Number.POSITIVE_INFINITY) return "~";
  return moreRuns > MOST_RUNS ? `~ > ${MOST_RUNS} more` : `~ ${moreRuns} more`;
}

function figureCells({ name, spreads, shift, medians }: FigureRow): Omit<Cells, "word"> {
  const [a, b] = spreads.map((spread) => spreadText(name, spread)) as [string, string];
  const differenceText = (of: { estimate: Bounds; interval: Bounds | null } | null) =>
    of === null ? "" : [estimateText(name, of.estimate), ...intervalText(name, of.interval)].join(" ");
  return { head: HEADS[name], a, b, shift: differenceText(shift), medians: differenceText(medians) };
}

function spreadText(name: FigureName, spread: Spread | null): string {
  if (spread === null) return "not measured";
  const { n, median, coverage } = spread;
  const text = ({ value, censored }: Observation) => `${censored ? "> " : ""}${size(name, value)}`;
  const around = sure(spread, text).map((interval) => (coverage === null ? `, ${interval}` : ` ${interval}`));
  return `${text(median)}${around.join("")} (${n})`;
}

/** A value, one bound, both bounds, or "not known". */
function estimateText(name: FigureName, { low, high }: Bounds): string {
  if (low === high) return signed(name, low);
  if (!Number.isFinite(low) && !Number.isFinite(high)) return "not known";
  if (!Number.isFinite(high)) return `> ${signed(name, low)}`;
  return Number.isFinite(low) ? `${signed(name, low)} … ${signed(name, high)}` : `< ${signed(name, high)}`;
}

function intervalText(name: FigureName, interval: Bounds | null): string[] {
  return interval === null ? [] : [`[${signed(name, interval.low)}, ${signed(name, interval.high)}]`];
}

function signed(name: FigureName, value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  const text = size(name, value);
  if (Number(text) === 0) return text.replace("-", "");
  return value > 0 ? `+${text}` : text;
}

/** Availability is a percentage with three decimals: the third still matters. */
function size(name: FigureName, value: number): string {
  return name === "availability" ? (value * 100).toFixed(3) : digits(value);
}

function rateCells({ name, shares, difference }: RateRow): Omit<Cells, "word"> {
  const [a, b] = shares.map(shareText) as [string, string];
  const points = (share: number) => `${share > 0 ? "+" : ""}${whole(share)}`;
  const shift =
    difference === null
      ? ""
      : `${points(difference.estimate)} [${points(difference.interval.low)}, ${points(difference.interval.high)}] pt`;
  return { head: RATES[name], a, b, shift, medians: "" };
}

function shareText(share: Share | null): string {
  if (share === null) return "no conclusive run";
  const { k, n, interval, atMost } = share;
  if (atMost !== null) return `0 of ${n}, at most ${Math.ceil(atMost * 100)} %`;
  return `${k} of ${n} [${whole(interval.low)}, ${whole(interval.high)}] %`;
}

function whole(share: number): string {
  return String(Math.round(share * 100) || 0);
}
