/**
 * Many runs at a glance: one line per run, figures first so that they form columns, and a last line with counts. Names that
 * exceed the width, if there is one, are wrapped.
 */
import { seconds } from "../model/verdict/told.ts";
import type { Verdict, VerdictWord } from "../model/verdict/verdict.ts";
import type { Paint } from "./verdict-text.ts";
import { wrap } from "./wrap.ts";

/** The longest words: "INCONCLUSIVE", "not known" and "> 999.9 s". */
const [WORD, FIGURE] = [12, 10];

export function runLine(
  { verdict, scenario, config, measures }: Verdict,
  name: string,
  paint: Paint,
  width = Number.POSITIVE_INFINITY,
): string {
  const { lost, downtime } = measures;
  const writes = lost.count === null ? "? lost" : `${lost.count} lost`;
  const outage = downtime.seconds === null ? "? down" : `${downtime.censored ? "> " : ""}${seconds(downtime.seconds)}`;
  const word = paint(verdict, verdict.toUpperCase().padEnd(WORD));
  const head = `${word}${writes.padStart(FIGURE)}${outage.padStart(FIGURE)}  `;
  return wrap(head, WORD + 2 * FIGURE + 2, `${scenario} × ${config}  ${name}`, width).join("\n");
}

export interface Count {
  words: readonly VerdictWord[];
  unjudged: number;
  changed: number;
}

export function countLine({ words, unjudged, changed }: Count): string {
  const count = (word: VerdictWord) => words.filter((each) => each === word).length;
  const judged = `${count("holds")} hold, ${count("broken")} broken, ${count("inconclusive")} inconclusive`;
  const rest = unjudged > 0 ? `, ${unjudged} cannot be judged` : "";
  return `${words.length + unjudged} runs: ${judged}${rest}; ${changed} changed`;
}
