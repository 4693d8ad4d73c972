/**
 * The conditions of `--fail-on`, parsed:
 *
 *     lost>+0   rto>+20%   downtime>+2s   availability<-0.1pt   broken   losing   inconclusive
 *
 * Either a figure, the direction that is worse, and a threshold: in the figure's unit (`s`; `pt`, percentage points; none for
 * writes), or as `%` of the baseline. Or a word, for the share of such runs.
 */
import { usageFailure } from "../../model/program/failure.ts";
import { type FigureName, HEADS } from "../figures/observed.ts";

export const RATE_NAMES = ["broken", "losing", "inconclusive"] as const;

export type Expression = { text: string } & (
  | { rate: (typeof RATE_NAMES)[number] }
  | {
      figure: FigureName;
      /** The threshold, not negative: in the figure's unit, or as a share of the baseline's values if `relative`. */
      by: number;
      relative: boolean;
    }
);

const FIGURES = Object.keys(HEADS) as FigureName[];
const KNOWN = [...FIGURES, ...RATE_NAMES].join(", ");
const FORMS =
  "write lost>+0, rto>+20%, downtime>+2s, availability<-0.1pt, broken, losing or inconclusive; quote it, because the shell interprets >";

export function parseExpression(text: string): Expression {
  const wrong = (place: number, why: string) =>
    usageFailure(`--fail-on ${text} is not a valid expression`, `at character ${place + 1}: ${why}`, FORMS);
  const name = /^[a-z]*/.exec(text)?.[0] as string;
  const rate = RATE_NAMES.find((each) => each === name);
  const found = (place: number) => `found ${place < text.length ? `"${text.slice(place)}"` : "the end"}`;
  if (rate !== undefined) {
    if (text === name) return { text, rate };
    throw wrong(name.length, `nothing may follow "${name}", ${found(name.length)}`);
  }
  const figure = FIGURES.find((each) => each === name);
  if (figure === undefined) throw wrong(0, `${name === "" ? found(0) : `unknown figure "${name}"`}; known: ${KNOWN}`);
  const sign = figure === "availability" ? "<-" : ">+";
  if (!text.startsWith(sign, name.length))
    throw wrong(name.length, `"${sign}" must follow "${name}", ${found(name.length)}`);
  const start = name.length + sign.length;
  const number = /^\d+(\.\d+)?/.exec(text.slice(start))?.[0];
  if (number === undefined) throw wrong(start, `a number must follow "${sign}", ${found(start)}`);
  const end = start + number.length;
  const unit = text.slice(end);
  const own = figure === "availability" ? "pt" : figure === "lost" ? "" : "s";
  const units = figure === "availability" ? [own] : [own, "%"];
  // 0 needs no unit.
  if (!units.includes(unit) && !(unit === "" && Number(number) === 0))
    throw wrong(
      end,
      `${units.map((each) => (each === "" ? "the end" : `"${each}"`)).join(" or ")} must follow "${number}", ${found(end)}`,
    );
  const percent = unit === "%" || unit === "pt";
  return { text, figure, by: percent ? Number(number) / 100 : Number(number), relative: unit === "%" };
}
