/** A comparison as text in 80 columns, and as Markdown. */

import { markdownHead, markdownLine, wordList, wrapped } from "../figures/text.ts";
import { type Cells, cellsOf, LEGEND } from "./cells.ts";
import type { Comparison, Pair } from "./compare.ts";

const [HEAD, GROUP, WIDTH] = [17, 31, 80];

export function compareText(comparison: Comparison): string {
  return [
    ...comparison.sets.flatMap(setLines),
    ...differsOf(comparison).flatMap((text) => wrapped(text, "")),
    ...comparison.notes.flatMap((note) => ["", ...wrapped(note, "")]),
    ...comparison.pairs.flatMap((pair) => ["", ...pairLines(comparison, pair)]),
    ...(comparison.pairs.length > 0 ? ["", ...legend(comparison).flatMap((text) => wrapped(text, ""))] : []),
    ...inconclusiveLines(comparison),
    ...decisionLines(comparison),
  ].join("\n");
}

function setLines({ letter, label, words }: Comparison["sets"][number]): string[] {
  const list = wordList(words).join(", ") || "no run";
  return wrapped(`${label}${letter === "A" ? " (the baseline)" : ""}: ${list}`, "   ").map((line, index) =>
    index === 0 ? `${letter}${line.slice(1)}` : line,
  );
}

function pairLines(comparison: Comparison, pair: Pair): string[] {
  const { a, b, rows } = pair;
  const right = `${b.letter} - ${a.letter}`;
  return [
    ...wrapped(titleOf(pair), ""),
    ...differsOf(comparison, pair).flatMap((text) => wrapped(text)),
    `  ${"".padEnd(HEAD + 2)}${"median, 95 %, runs".padEnd(GROUP)} ${right}: shift, of medians`,
    ...rows.flatMap((row) => rowLines(cellsOf(row, b.letter), a.letter, b.letter)),
  ];
}

export function titleOf({ scenario, a, b }: Pair): string {
  return `${scenario}: ${a.letter} ${a.config} → ${b.letter} ${b.config}`;
}

/** The compared settings, and what else differs: in all pairs, or in one pair and not in all. */
export function differsOf({ pairs }: Comparison, pair?: Pair): string[] {
  const everywhere = (text: string) =>
    pairs.length > 1 && pairs.every(({ differs }) => differs.some((each) => each.text === text));
  const list = (pair ?? pairs[0])?.differs.filter(({ text }) => everywhere(text) === (pair === undefined)) ?? [];
  const line = (head: string, asked: boolean) => {
    const texts = list.filter((each) => each.asked === asked).map(({ text }) => text);
    return texts.length === 0 ? [] : [`${head}: ${texts.join("; ")}`];
  };
  return [...line("compared", true), ...line("also differs", false)];
}

function rowLines({ head, word, a, b, shift, medians }: Cells, ofA: string, ofB: string): string[] {
  const line = (left: string, letter: string, group: string, right: string) => {
    const start = `  ${left.padEnd(HEAD)} ${letter} ${group.padEnd(GROUP)}`;
    const whole = `${start} ${right}`.trimEnd();
    return whole.length <= WIDTH ? [whole] : [start.trimEnd(), right.padStart(WIDTH)];
  };
  return [...line(head, ofA, a, shift), ...line(`  ${word}`, ofB, b, medians)];
}

export function legend({ questions }: Comparison): string[] {
  const corrected = `p is corrected for ${questions} questions (Holm).`;
  return questions > 1 ? [...LEGEND, corrected] : LEGEND;
}

/** By reason: what makes one drill inconclusive often affects many. */
export function inconclusive({ pairs }: Comparison): { names: string[]; reason: string }[] {
  const byReason = Map.groupBy(
    pairs.flatMap((pair) => pair.inconclusive),
    ({ reason }) => reason,
  );
  return [...byReason].map(([reason, of]) => ({ names: [...new Set(of.map(({ name }) => name))], reason }));
}

function inconclusiveLines(comparison: Comparison): string[] {
  const groups = inconclusive(comparison);
  const lines = groups.flatMap(({ names, reason }) => [...names.map((name) => `- ${name}`), ...wrapped(reason)]);
  return lines.length === 0 ? [] : ["", "Inconclusive:", ...lines];
}

function section(head: string, entries: readonly { name: string; reason: string }[]): string[] {
  if (entries.length === 0) return [];
  return ["", `${head}:`, ...entries.flatMap(({ name, reason }) => [...item(name), ...wrapped(reason)])];
}

function item(text: string): string[] {
  return wrapped(text).map((line, index) => (index === 0 ? `- ${line.slice(2)}` : line));
}

function decisionLines(comparison: Comparison): string[] {
  const { regressed, undecided, passed } = outcome(comparison);
  return [
    ...section("Regressed", regressed),
    ...section("Not decided", undecided),
    ...(passed === "" ? [] : ["", passed]),
  ];
}

/** What regressed, what could not be decided, and a sentence on the rest. */
export function outcome({ decisions }: Comparison): {
  regressed: { name: string; reason: string }[];
  undecided: { name: string; reason: string }[];
  passed: string;
} {
  const named = ({ text, scenario, a, b, why }: Comparison["decisions"][number]) => ({
    name: `${text}: ${scenario}: ${a.letter} ${a.config} → ${b.letter} ${b.config}`,
    reason: why,
  });
  const regressed = decisions.filter((each) => each.regressed);
  const expressions = decisions.filter(({ promise }) => !promise);
  const undecided = expressions.filter((each) => !each.regressed && each.undecided !== "");
  const rest = expressions.length - undecided.length - expressions.filter((each) => each.regressed).length;
  return {
    regressed: regressed.map(named),
    undecided: undecided.map(named),
    passed: rest === 0 ? "" : `These runs do not support ${rest} of the ${expressions.length} --fail-on conditions.`,
  };
}

export function compareMarkdown(comparison: Comparison): string {
  const heads = ({ a, b }: Pair) => ["", a.letter, b.letter, `${b.letter} - ${a.letter}: shift`, "of medians", ""];
  const list = (head: string, entries: readonly { name: string; reason: string }[]) =>
    entries.length === 0
      ? []
      : ["", `**${head}**`, "", ...entries.map(({ name, reason }) => `- ${escaped(`${name}: ${reason}`)}`)];
  const { regressed, undecided, passed } = outcome(comparison);
  return [
    ...comparison.sets.map(
      ({ letter, label, words }) => `- **${letter}** ${escaped(label)}: ${wordList(words).join(", ") || "no run"}`,
    ),
    ...differsOf(comparison).flatMap((text) => ["", escaped(text)]),
    ...list("Regressed", regressed),
    ...list("Not decided", undecided),
    ...(passed === "" ? [] : ["", passed]),
    ...comparison.notes.flatMap((note) => ["", escaped(note)]),
    ...comparison.pairs.flatMap((pair) => [
      "",
      `### ${titleOf(pair)}`,
      "",
      ...differsOf(comparison, pair).flatMap((text) => [escaped(text), ""]),
      ...markdownHead(heads(pair)),
      ...pair.rows
        .map((row) => cellsOf(row, pair.b.letter))
        .map(({ head, word, a, b, shift, medians }) => markdownLine([head, a, b, shift, medians, word])),
    ]),
    ...(comparison.pairs.length > 0 ? ["", ...legend(comparison)] : []),
    ...list(
      "Inconclusive",
      inconclusive(comparison).map(({ names, reason }) => ({ name: names.join(", "), reason })),
    ),
  ].join("\n");
}

/** Escapes Markdown: names and reasons come from files. */
export function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, "\\$&").replaceAll("\n", " ");
}
