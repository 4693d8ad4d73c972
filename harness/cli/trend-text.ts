/** The output of `trend` in 80 columns: one entry per course. */
import { wrap } from "../console/wrap.ts";
import { TREND_FIGURES, type TrendFigure, valueText } from "../report/trend/figures.ts";
import { type Course, dayOf, FEWEST_RUNS, type FigureCourse, type Stretch } from "../report/trend/trend.ts";

const INDENT = 4;
/** Keeps a number and its unit on one line. */
const TOGETHER = "\u00a0";
const LEGEND = `Figures are medians; > x means x or more, because the end was not observed. A change is reported from ${FEWEST_RUNS} runs on, where chance alone would make one as clear in fewer than 1 of 100 series.`;

export function trendText(courses: readonly Course[]): string {
  return [...courses.flatMap(courseLines), "", ...wrap("", 0, LEGEND)].join("\n");
}

function courseLines(course: Course): string[] {
  const { scenario, config, runs, figures, otherwise, superseded } = course;
  const count = runs.length === 1 ? "1 run" : `${runs.length} runs`;
  const words = (["broken", "inconclusive"] as const).map((word) => {
    return [runs.filter(({ verdict }) => verdict === word).length, word] as const;
  });
  const known = figures.filter(({ n }) => n > 0);
  const few = known.length > 0 && known.every(({ tooFew }) => tooFew);
  const parts = [
    ...known.map(figureText),
    ...words.flatMap(([times, word]) => (times > 0 ? [`${times} ${word}`] : [])),
    ...(few ? ["too few runs to detect a change"] : []),
  ];
  const setups = [
    ...(otherwise.length > 0 ? [`setup changed: ${otherwise.join(", ")}`] : []),
    ...(superseded ? [`until ${dayOf(runs.at(-1)?.startedAt as string)}; a different setup since`] : []),
  ];
  return [`${scenario} × ${config}  ${count}  ${parts.join("; ")}`, ...setups].flatMap((line, index) =>
    wrap(" ".repeat(INDENT), INDENT, line).map((each, row) =>
      (index + row === 0 ? each.slice(INDENT) : each).replaceAll(TOGETHER, " "),
    ),
  );
}

/** The current median and, if it changed, the one before. */
function figureText({ figure, stretches }: FigureCourse): string {
  const { unit } = TREND_FIGURES.find(({ name }) => name === figure) as TrendFigure;
  const median = (stretch: Stretch) => valueText(stretch.spread.median, unit).replaceAll(" ", TOGETHER);
  const [now, before] = stretches.toReversed() as [Stretch, Stretch | undefined];
  if (before === undefined) return `${figure} ${median(now)}`;
  return `${figure} ${median(now)}, since ${dayOf(now.since)} (was ${median(before)})`;
}
