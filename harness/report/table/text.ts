/** The table as text in 80 columns, and as Markdown. */
import type { Spread } from "../../stats/median.ts";
import { HEADS as FIGURE_HEADS } from "../figures/observed.ts";
import { markdownHead, markdownLine, number, sure, wordList, wrapped } from "../figures/text.ts";
import { FIGURES, type Figure, type Row } from "./table.ts";

/** The widths of "12 inconclusive" and "[> 999.9, > 999.9]". */
const [WORD, FIGURE] = [16, 19];

/** The figures that fit. */
const TEXT_FIGURES = ["lost", "rto", "downtime"] as const satisfies readonly Figure[];
export type Column = "made" | Figure;
const HEADS: Record<Column, string> = { ...FIGURE_HEADS, gone: "gone", made: "made" };

export const LEGEND = [
  "Below or after a median: its exact interval [a, b] of at least 95 % confidence,",
  "or below 6 runs the range a … b; nothing if all runs have the same figure. > x:",
  "x or more, because the end was not observed. Figures of inconclusive runs are",
  "left out, unless such an end is all that is not known of them.",
];
const GONE = [
  "gone: lost writes that cannot be recovered at the end of the run: no site holds",
  "them, and they were not saved.",
];
const TWICE = "Rows of one name differ in load, faults, settings, objectives or images.";

export function tableText(rows: readonly Row[]): string {
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))];
  const lines = scenarios.flatMap((scenario) => {
    const heads = TEXT_FIGURES.map((figure) => HEADS[figure].padStart(FIGURE)).join("");
    const own = rows.filter((row) => row.scenario === scenario).flatMap(rowLines);
    return [scenario, `    ${"runs".padEnd(WORD)}${heads}`, ...own, ""];
  });
  return [...lines, ...LEGEND, ...(hasTwins(rows) ? [TWICE] : []), ...inconclusiveLines(rows)].join("\n");
}

/** The name; then, on the left, the verdicts one below the other, and on the right each median above its interval. */
function rowLines({ config, words, figures }: Row): string[] {
  const left = wordList(words);
  const right = TEXT_FIGURES.map((figure) => cell(figures[figure], words));
  const count = Math.max(left.length, ...right.map((texts) => texts.length));
  const lines = Array.from({ length: count }, (_, line) => {
    const texts = right.map((each) => (each[line] ?? "").padStart(FIGURE)).join("");
    return `    ${(left[line] ?? "").padEnd(WORD)}${texts}`.trimEnd();
  });
  return [`  ${config}`, ...lines];
}

export function tableMarkdown(rows: readonly Row[], shown: readonly Column[] = ["made", ...FIGURES]): string {
  const heads = ["scenario", "configuration", "runs", ...shown.map((column) => HEADS[column])];
  const body = rows.map((row) =>
    markdownLine([
      row.scenario,
      row.config,
      wordList(row.words).join(", "),
      ...shown.map((column) => (column === "made" ? days(row.made) : inLine(row.figures[column], row.words))),
    ]),
  );
  const notes = [...LEGEND, ...(shown.includes("gone") ? GONE : []), ...(hasTwins(rows) ? [TWICE] : [])];
  return [...markdownHead(heads), ...body, "", ...notes, ...inconclusiveLines(rows)].join("\n");
}

function days({ from, to }: Row["made"]): string {
  return from === to ? from : `${from} … ${to}`;
}

/** The median, its interval or range if there are several runs, and the number of runs if not all have the figure. */
function cell(figure: Spread | null, { holds, broken }: Row["words"], rangeText = (range: string) => range): string[] {
  if (figure === null) return ["–"];
  const { n, median, coverage } = figure;
  const around = sure(figure).map((text) => (coverage === null ? rangeText(text) : text));
  return [number(median), ...around, ...(n < holds + broken ? [`(of ${n})`] : [])];
}

/** On one line a range is in brackets: otherwise the median would read as its start. */
export function inLine(figure: Spread | null, words: Row["words"]): string {
  return cell(figure, words, (range) => `(${range})`).join(" ");
}

function hasTwins(rows: readonly Row[]): boolean {
  return new Set(rows.map(({ scenario, config }) => `${scenario} × ${config}`)).size < rows.length;
}

function inconclusiveLines(rows: readonly Row[]): string[] {
  const runs = rows.flatMap(({ inconclusive }) => inconclusive);
  if (runs.length === 0) return [];
  return ["", "Inconclusive:", ...runs.flatMap(({ name, reason }) => [`- ${name}`, ...wrapped(reason)])];
}
