/** Formats figures of many runs. */
import type { VerdictWord } from "../../model/verdict/verdict.ts";
import type { Observation, Spread } from "../../stats/median.ts";

const WORDS: Record<VerdictWord, string> = { holds: "hold", broken: "broken", inconclusive: "inconclusive" };

export function wordList(words: Record<VerdictWord, number>): string[] {
  return (Object.keys(WORDS) as VerdictWord[])
    .filter((word) => words[word] > 0)
    .map((word) => `${words[word]} ${WORDS[word]}`);
}

/** "2026-11-28 23:01", from a time in ISO 8601. */
export function minute(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}

export function number({ value, censored }: Observation): string {
  return `${censored ? "> " : ""}${digits(value)}`;
}

export function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(Number.isInteger(value) || size >= 1000 ? 0 : size < 10 ? 2 : 1);
}

/** The interval of a median, or the range; nothing if it is one figure. */
export function sure({ low, high, coverage }: Spread, text = number): string[] {
  const [from, to] = [text(low), text(high)];
  if (from === to) return [];
  return [coverage === null ? `${from} … ${to}` : `[${from}, ${to}]`];
}

export function wrapped(text: string, indent = "  ", width = 78): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || indent.length + last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `${indent}${line}`);
}

export function markdownLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

export function markdownHead(heads: readonly string[]): string[] {
  return [markdownLine(heads), markdownLine(heads.map(() => "---"))];
}
