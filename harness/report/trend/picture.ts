/**
 * A figure over the runs of a course, as an SVG: one mark per run, evenly spaced, in order of time. Circles hold, squares are
 * broken, triangles are lower bounds. At the bottom, crosses are inconclusive and dashes not known. Solid lines are medians,
 * dashed ones changes, dotted ones objectives.
 */

import { minute } from "../figures/text.ts";
import { type Html, html } from "../html/html.ts";
import { axisOf } from "./axis.ts";
import { type TrendFigure, valueText } from "./figures.ts";
import { type CourseRun, dayOf, type FigureCourse } from "./trend.ts";

const [WIDTH, HEIGHT] = [340, 156];
const PLOT = { left: 46, right: 332, top: 14, bottom: 108 };
/** The y position of marks without a figure. */
const STRIP = 124;
/** An objective above this multiple of the greatest value would press all values to the bottom. */
const IN_SIGHT = 3;

export function trendPicture(
  { unit }: TrendFigure,
  place: number,
  course: FigureCourse,
  runs: readonly CourseRun[],
): Html {
  const values = runs.map((run) => run.values[place] ?? null);
  const known = values.flatMap((value) => (value === null ? [] : [value.value]));
  const limit = promisedInSight(course, known);
  const axis = axisOf([...known, ...(limit === null ? [] : [limit])]);
  const step = (PLOT.right - PLOT.left) / runs.length;
  const x = (index: number) => PLOT.left + (index + 0.5) * step;
  const y = (value: number) => PLOT.bottom - axis.at(value) * (PLOT.bottom - PLOT.top);
  const across = (value: number, name: string) => line(name, PLOT.left, y(value), PLOT.right, y(value));

  const ticks = axis.ticks.flatMap((tick) => [
    across(tick, "grid"),
    label("end", PLOT.left - 5, y(tick) + 4, `${tick}`),
  ]);
  const objective = limit === null ? [] : [across(limit, "promise")];
  const changes = course.stretches.slice(1).map(({ from, since }, index) => {
    const at = (x(from) + x(course.stretches[index]?.to as number)) / 2;
    return line("change", at, PLOT.top - 8, at, PLOT.bottom + 4, `since ${dayOf(since)}`);
  });
  const medians = course.stretches.map(({ from, to, spread: { median } }) =>
    line(
      "median",
      x(from) - step / 2,
      y(median.value),
      x(to) + step / 2,
      y(median.value),
      `median ${valueText(median, unit)}`,
    ),
  );
  const size = Math.max(1.4, Math.min(3.4, step / 2.4));
  const marks = runs.map((run, index) => {
    const value = values[index] ?? null;
    const text = value === null ? (run.reason ?? "not known") : valueText(value, unit);
    const title = `${minute(run.startedAt)}: ${text}, ${run.verdict}, ${run.name}`;
    const { name, d } = shapeOf(run, value?.censored ?? null, x(index), value === null ? STRIP : y(value.value), size);
    return html`<g class="${run.verdict}"><path class="${name}" d="${d}"><title>${title}</title></path></g>`;
  });
  const ends = [runs[0], ...(runs.length > 1 ? [runs.at(-1)] : [])].map((run, index) =>
    label(
      index === 0 ? "start" : "end",
      index === 0 ? PLOT.left : PLOT.right,
      HEIGHT - 8,
      dayOf(run?.startedAt as string),
    ),
  );
  const all = [...ticks, ...objective, ...changes, ...medians, ...marks, ...ends];
  const name = pictureName(course, runs.length);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}">${all}</svg>`;
}

/** The objective; `null` if there is none or it is far above the values. */
export function promisedInSight({ promised }: FigureCourse, known: readonly number[]): number | null {
  return promised !== null && promised <= IN_SIGHT * Math.max(...known) ? promised : null;
}

function pictureName({ figure, n, stretches }: FigureCourse, runs: number): string {
  const changes = stretches.length - 1;
  const text = changes === 0 ? "no change" : changes === 1 ? "1 change" : `${changes} changes`;
  return `${figure}: ${n} of ${runs} runs have a figure, ${text}; the table below has the values`;
}

function shapeOf({ verdict }: CourseRun, censored: boolean | null, x: number, y: number, size: number) {
  const at = (dx: number, dy: number) => `${round(x + dx * size)} ${round(y + dy * size)}`;
  const shape = (name: "dot" | "cross", d: string) => ({ name, d });
  if (verdict === "inconclusive") return shape("cross", `M${at(-1, -1)}L${at(1, 1)}M${at(-1, 1)}L${at(1, -1)}`);
  if (censored === null) return shape("cross", `M${at(-1, 0)}L${at(1, 0)}`);
  if (censored) return shape("dot", `M${at(0, -1.4)}L${at(1.3, 1)}L${at(-1.3, 1)}Z`);
  if (verdict === "broken") return shape("dot", `M${at(-1, -1)}L${at(1, -1)}L${at(1, 1)}L${at(-1, 1)}Z`);
  const r = round(size);
  return shape("dot", `M${at(-1, 0)}a${r} ${r} 0 1 0 ${round(2 * size)} 0a${r} ${r} 0 1 0 ${round(-2 * size)} 0Z`);
}

function line(name: string, x1: number, y1: number, x2: number, y2: number, title?: string): Html {
  const tooltip = title === undefined ? null : html`<title>${title}</title>`;
  return html`<line class="${name}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}">${tooltip}</line>`;
}

function label(anchor: "start" | "end", x: number, y: number, text: string): Html {
  return html`<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${text}</text>`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
