/**
 * What a comparison must not show, as people write it:
 *
 *     lost>+0   rto>+20%   downtime>+2s   availability<-0.1pt   broken   losing   inconclusive
 *
 * A figure, the direction that is worse, and by how much: in its own unit (`s`; writes have none; `pt` are points of a
 * percentage), or `%` of what the baseline has. A word: the share of runs that are it.
 */
import { usageFailure } from "../../model/program/failure.ts";
import { type FigureName, HEADS } from "../figures/observed.ts";

export const RATE_NAMES = ["broken", "losing", "inconclusive"] as const;

export type Expression = { text: string } & (
  | { rate: (typeof RATE_NAMES)[number] }
  | {
      figure: FigureName;
      /** In the figure's unit and not negative; or a share of the baseline's values. */
      by: number;
      relative: boolean;
    }
);

const FIGURES = Object.keys(HEADS) as FigureName[];
const KNOWN = [...FIGURES, ...RATE_NAMES].join(", ");
const FORMS =
  "write, in quotes because > is the shell's, lost>+0, rto>+20%, downtime>+2s, availability<-0.1pt, broken, losing or inconclusive";

export function parseExpression(text: string): Expression {
  const wrong = (place: number, why: string) =>
    usageFailure(`--fail-on ${text} is no expression`, `at character ${place + 1}, ${why}`, FORMS);
  const name = /^[a-z]*/.exec(text)?.[0] as string;
  const rate = RATE_NAMES.find((each) => each === name);
  const found = (place: number) => (place < text.length ? `is "${text.slice(place)}"` : "it ends");
  if (rate !== undefined) {
    if (text === name) return { text, rate };
    throw wrong(name.length, `after "${name}" nothing may follow, and there ${found(name.length)}`);
  }
  const figure = FIGURES.find((each) => each === name);
  if (figure === undefined) throw wrong(0, `${name === "" ? found(0) : `"${name}" is no figure`}; known are ${KNOWN}`);
  const sign = figure === "availability" ? "<-" : ">+";
  if (!text.startsWith(sign, name.length))
    throw wrong(name.length, `"${sign}" must follow "${name}", and there ${found(name.length)}`);
  const start = name.length + sign.length;
  const number = /^\d+(\.\d+)?/.exec(text.slice(start))?.[0];
  if (number === undefined) throw wrong(start, `a number must follow "${sign}", and there ${found(start)}`);
  const end = start + number.length;
  const unit = text.slice(end);
  const own = figure === "availability" ? "pt" : figure === "lost" ? "" : "s";
  const units = figure === "availability" ? [own] : [own, "%"];
  // Nothing more than nothing is the same in any unit.
  if (!units.includes(unit) && !(unit === "" && Number(number) === 0))
    throw wrong(
      end,
      `${units.map((each) => (each === "" ? "the end" : `"${each}"`)).join(" or ")} must follow "${number}", and there ${found(end)}`,
    );
  const percent = unit === "%" || unit === "pt";
  return { text, figure, by: percent ? Number(number) / 100 : Number(number), relative: unit === "%" };
}
