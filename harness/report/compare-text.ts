/** A comparison for people: in 80 columns, or as Markdown. */
import type { Comparison, Pair } from "./compare.ts";
import { type Cells, cellsOf, LEGEND } from "./compare-cells.ts";
import { markdownHead, markdownLine, wordList, wrapped } from "./figure-text.ts";
import type { Decision } from "./regressions.ts";

const [HEAD, SIDE, WIDTH] = [17, 31, 80];
const SHOWN_RUNS = 3;

export function compareText(comparison: Comparison): string {
  return [
    ...comparison.sets.flatMap(setLines),
    ...comparison.notes.flatMap((note) => ["", ...wrapped(note, "")]),
    ...comparison.pairs.flatMap((pair) => ["", ...pairLines(pair)]),
    ...(comparison.pairs.length > 0 ? ["", ...legend(comparison).flatMap((text) => wrapped(text, ""))] : []),
    ...section("Inconclusive", inconclusive(comparison)),
    ...decisionLines(comparison),
  ].join("\n");
}

function setLines({ letter, label, words }: Comparison["sets"][number]): string[] {
  const list = wordList(words).join(", ") || "no run";
  return wrapped(`${label}${letter === "A" ? " (the baseline)" : ""}: ${list}`, "   ").map((line, index) =>
    index === 0 ? `${letter}${line.slice(1)}` : line,
  );
}

function pairLines(pair: Pair): string[] {
  const { a, b, rows } = pair;
  const right = `${b.letter} - ${a.letter}`;
  return [
    ...wrapped(titleOf(pair), ""),
    ...differsOf(pair).flatMap((text) => wrapped(text)),
    `  ${"".padEnd(HEAD + 2)}${"median, 95 %, runs".padEnd(SIDE)} ${right}: shift, of medians`,
    ...rows.flatMap((row) => rowLines(cellsOf(row, b.letter), a.letter, b.letter)),
  ];
}

export function titleOf({ scenario, a, b }: Pair): string {
  return `${scenario}: ${a.letter} ${a.config} → ${b.letter} ${b.config}`;
}

/** Apart: what was to be compared, and what nobody asked for. */
export function differsOf({ differs }: Pair): string[] {
  const list = (asked: boolean) => differs.filter((each) => each.asked === asked).map(({ text }) => text);
  const line = (head: string, texts: string[]) => (texts.length === 0 ? [] : [`${head}: ${texts.join("; ")}`]);
  return [...line("compared", list(true)), ...line("also differs", list(false))];
}

function rowLines({ head, word, a, b, shift, medians }: Cells, ofA: string, ofB: string): string[] {
  const line = (left: string, letter: string, side: string, right: string) => {
    const start = `  ${left.padEnd(HEAD)} ${letter} ${side.padEnd(SIDE)}`;
    const whole = `${start} ${right}`.trimEnd();
    return whole.length <= WIDTH ? [whole] : [start.trimEnd(), right.padStart(WIDTH)];
  };
  return [...line(head, ofA, a, shift), ...line(`  ${word}`, ofB, b, medians)];
}

export function legend({ questions }: Comparison): string[] {
  const corrected = `${questions} questions are asked at one time here, and corrected for (Holm).`;
  return questions > 1 ? [...LEGEND, corrected] : LEGEND;
}

export function inconclusive({ pairs }: Comparison): { name: string; reason: string }[] {
  return [...new Map(pairs.flatMap((pair) => pair.inconclusive).map((each) => [each.name, each])).values()];
}

function section(head: string, entries: readonly { name: string; reason: string }[]): string[] {
  if (entries.length === 0) return [];
  return ["", `${head}:`, ...entries.flatMap(({ name, reason }) => [`- ${name}`, ...wrapped(reason)])];
}

function decisionLines(comparison: Comparison): string[] {
  const { regressed, undecided, passed } = outcome(comparison);
  return [
    ...section("Regressed", regressed),
    ...section("Not decided", undecided),
    ...(passed === "" ? [] : ["", passed]),
  ];
}

/** What a comparison decided, and what it could not. */
export function outcome({ pairs, decisions }: Comparison): {
  regressed: { name: string; reason: string }[];
  undecided: { name: string; reason: string }[];
  passed: string;
} {
  const regressed = decisions.filter((each) => each.regressed);
  const expressions = decisions.filter(({ text }) => !text.startsWith("promise "));
  const undecided = expressions.filter((each) => !each.regressed && each.undecided !== "");
  const rest = expressions.length - undecided.length - expressions.filter((each) => each.regressed).length;
  return {
    regressed: regressed.map((each) => ({ name: nameOf(each), reason: reasonOf(each, pairs) })),
    undecided: undecided.map((each) => ({ name: nameOf(each), reason: each.undecided })),
    passed: rest === 0 ? "" : `Of ${expressions.length} that --fail-on asks, ${rest} are not shown by these runs.`,
  };
}

function nameOf({ text, scenario, a, b }: Decision): string {
  return `${text}: ${scenario}: ${a.letter} ${a.config} → ${b.letter} ${b.config}`;
}

function reasonOf(decision: Decision, pairs: readonly Pair[]): string {
  const { text, n, b, p, evidence, row: name } = decision;
  const pair = pairs.find(
    (each) => each.scenario === decision.scenario && each.b.letter === b.letter && each.b.config === b.config,
  );
  const row = pair?.rows.find((each) => each.name === name);
  const cells = row && cellsOf(row, b.letter);
  const what = cells
    ? `${cells.head} is ${cells.a} in ${decision.a.letter} and ${cells.b} in ${b.letter}, a difference of ${cells.shift}`
    : `${text.replace("promise ", "")} held in all ${n[0]} runs of ${decision.a.letter}, and is broken in ${evidence.length} of ${n[1]} of ${b.letter}`;
  const runs = `${evidence.slice(0, SHOWN_RUNS).join(", ")}${evidence.length > SHOWN_RUNS ? ` and ${evidence.length - SHOWN_RUNS} more` : ""}`;
  return `${what}; by chance alone once in ${Math.floor(1 / (p as number))} times at most (p ${(p as number).toPrecision(2)}, corrected). Look at ${runs}.`;
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
    ...list("Regressed", regressed),
    ...list("Not decided", undecided),
    ...(passed === "" ? [] : ["", passed]),
    ...comparison.notes.flatMap((note) => ["", escaped(note)]),
    ...comparison.pairs.flatMap((pair) => [
      "",
      `### ${titleOf(pair)}`,
      "",
      ...differsOf(pair).flatMap((text) => [escaped(text), ""]),
      ...markdownHead(heads(pair)),
      ...pair.rows
        .map((row) => cellsOf(row, pair.b.letter))
        .map(({ head, word, a, b, shift, medians }) => markdownLine([head, a, b, shift, medians, word])),
    ]),
    ...(comparison.pairs.length > 0 ? ["", ...legend(comparison)] : []),
    ...list("Inconclusive", inconclusive(comparison)),
  ].join("\n");
}

/** Names and reasons come from files. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, "\\$&").replaceAll("\n", " ");
}
