/** A row of a comparison in words and numbers, wherever it stands: terminal, Markdown or page. */
import type { Bounds } from "../../stats/hodges-lehmann.ts";
import type { Spread } from "../../stats/median.ts";
import { type FigureName, HEADS } from "../figures/observed.ts";
import { digits } from "../figures/text.ts";
import { type FigureRow, RATES, type RateRow, type Row, type Share } from "./rows.ts";

export interface Cells {
  head: string;
  word: string;
  a: string;
  b: string;
  /** B less A: Hodges and Lehmann's, or of two shares. */
  shift: string;
  /** Of the medians, by bootstrap. */
  medians: string;
}

/** Beyond so many runs it does not matter how many. */
const MOST_RUNS = 1000;

export const LEGEND = [
  "A row: the median of each side, [a, b] that holds the true one with 95 % (a … b is the range of fewer than 6), and in brackets how many runs; then B - A: the shift by Hodges and Lehmann with its exact 95 % interval, and below it the difference of the medians with its bootstrap interval. Of rates: Wilson's interval, and Newcombe's of the difference, in points (pt).",
  "better, worse: chance alone would hardly give it. same: every run has the same value. ~: these runs cannot tell, which does not mean that there is no difference; so many more runs a side may tell one of the size seen. > x: x or more, for the end was not seen.",
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
  const told = (of: { estimate: Bounds; interval: Bounds | null } | null) =>
    of === null ? "" : [estimateText(name, of.estimate), ...intervalText(name, of.interval)].join(" ");
  return { head: HEADS[name], a, b, shift: told(shift), medians: told(medians) };
}

function spreadText(name: FigureName, spread: Spread | null): string {
  if (spread === null) return "not measured";
  const { n, median, low, high, coverage } = spread;
  const [middle, from, to] = [median, low, high].map(
    ({ value, censored }) => `${censored ? "> " : ""}${size(name, value)}`,
  );
  if (n === 1) return `${middle} (1)`;
  return coverage === null ? `${middle}, ${from} … ${to} (${n})` : `${middle} [${from}, ${to}] (${n})`;
}

/** What is known: a value, a bound, two, or nothing. */
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

/** An availability as a percentage, of which the third place still counts. */
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
  if (share === null) return "no run proves anything";
  const { k, n, interval, atMost } = share;
  if (atMost !== null) return `0 of ${n}, at most ${Math.ceil(atMost * 100)} %`;
  return `${k} of ${n} [${whole(interval.low)}, ${whole(interval.high)}] %`;
}

function whole(share: number): string {
  return String(Math.round(share * 100) || 0);
}
