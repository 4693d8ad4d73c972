/** The page of courses: one file, no script, nothing from elsewhere; pictures with their table, what changed and when. */
import { escapeHtml as text } from "./escape.ts";
import {
  type Change,
  type Course,
  type CourseRun,
  dayOf,
  FEWEST_RUNS,
  type FigureCourse,
  type Stretch,
} from "./trend.ts";
import { TREND_FIGURES, type TrendFigure, valueText } from "./trend-figures.ts";
import { promisedInSight, trendPicture } from "./trend-picture.ts";
import { TREND_STYLE } from "./trend-style.ts";

const HOW_TO_READ = `A mark is a run, in order of time: ● holds, ■ broken, ▲ at least so much, for the end was not seen.
Below stand × inconclusive runs, which prove nothing and have no figure, and – what a run could not know. A line is the
median of a stretch, a dotted line the objective. A dashed line is a change: chance alone makes one as clear in less than
1 of 100 courses; it may have come a run or a few earlier or later. Of fewer than ${FEWEST_RUNS} runs with a figure no
change is told.`;

export function trendPage(courses: readonly Course[], leftOut: readonly { folder: string; why: string }[]): string {
  const runs = courses.flatMap((course) => course.runs);
  const days = runs.map(({ startedAt }) => dayOf(startedAt)).toSorted();
  const told = courses.flatMap((course, index) =>
    changedFigures(course).map((change) => ({ ...change, course, index })),
  );
  const newest = told.toSorted((x, y) => (x.now.since < y.now.since ? 1 : -1));
  const body = [
    "<h1>Drills over time</h1>",
    `<p>${counted(runs.length, "run")} from ${days[0]} to ${days.at(-1)}, in ${counted(courses.length, "course")}. Times are UTC.</p>`,
    `<p class="soft">${text(HOW_TO_READ)}</p>`,
    "<h2>What changed</h2>",
    newest.length === 0
      ? "<p>No change of any figure can be told.</p>"
      : list(newest.map((each) => `<a href="#c${each.index}">${text(nameOf(each.course))}</a>: ${changeText(each)}`)),
    ...(leftOut.length === 0
      ? []
      : ["<h2>Left out</h2>", list(leftOut.map((each) => text(`${each.folder}: ${each.why}`)))]),
    ...courses.map(section),
  ];
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drills over time</title><style>${TREND_STYLE}</style>`;
  return `<!doctype html>\n<html lang="en"><head>${head}</head>\n<body><main>\n${body.join("\n")}\n</main></body></html>\n`;
}

interface ChangedFigure {
  figure: TrendFigure;
  before: Stretch;
  now: Stretch;
}

function changedFigures({ figures }: Course): ChangedFigure[] {
  return figures.flatMap(({ stretches }, place) =>
    stretches.slice(1).map((now, index) => {
      return { figure: TREND_FIGURES[place] as TrendFigure, before: stretches[index] as Stretch, now };
    }),
  );
}

function changeText({ figure: { name, unit }, before, now }: ChangedFigure): string {
  const [was, is] = [before, now].map(({ spread }) => valueText(spread.median, unit));
  return text(`${name} ${was} → ${is} since ${dayOf(now.since)}`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function nameOf({ scenario, config }: Course): string {
  return `${scenario} × ${config}`;
}

function section(course: Course, index: number): string {
  const { runs, figures, otherwise, superseded, changes } = course;
  const words = (["holds", "broken", "inconclusive"] as const).map(
    (word) => `${runs.filter(({ verdict }) => verdict === word).length} ${word === "holds" ? "hold" : word}`,
  );
  const ways = [
    ...(otherwise.length > 0 ? [`Done otherwise than before: ${otherwise.join(", ")}.`] : []),
    ...(superseded ? ["Done otherwise since: the course that goes on stands below."] : []),
  ];
  const pictures = figures.flatMap((figure, place) => (figure.n > 0 ? [picture(figure, place, runs)] : []));
  const told = [...Map.groupBy(changedFigures(course), ({ now }) => now.from).values()].map(
    (together) => `<li>${together.map(changeText).join("; ")}${around(together, changes)}</li>`,
  );
  return [
    `<section id="c${index}"><h2>${text(nameOf(course))}</h2>`,
    `<p>${counted(runs.length, "run")}: ${words.join(", ")}.</p>`,
    ...ways.map((way) => `<p>${text(way)}</p>`),
    `<div class="pictures">${pictures.join("\n")}</div>`,
    ...(told.length > 0 ? [`<h3>What else was new then</h3><ul>${told.join("")}</ul>`] : []),
    `<details><summary>The runs, as a table</summary>${table(runs, `Runs of course ${index + 1}`)}</details>`,
    ...(changes.length > 0
      ? [`<details><summary>All that changed between runs</summary>${list(changes.map(changeItem))}</details>`]
      : []),
    "</section>",
  ].join("\n");
}

function picture(figure: FigureCourse, place: number, runs: readonly CourseRun[]): string {
  const what = TREND_FIGURES[place] as TrendFigure;
  const known = runs.flatMap(({ values }) => (values[place] ? [values[place].value] : []));
  const { promised, n, tooFew, stretches } = figure;
  const [now, before] = stretches.toReversed() as [Stretch, Stretch | undefined];
  const median = (stretch: Stretch) => valueText(stretch.spread.median, what.unit);
  const notes = [
    before
      ? `since ${dayOf(now.since)}, was ${median(before)}`
      : tooFew
        ? `${counted(n, "run")}, too few to tell of a change`
        : "no change",
    ...(promised === null ? [] : [`objective ${valueText({ value: promised, censored: false }, what.unit)}`]),
    ...(promised !== null && promisedInSight(figure, known) === null ? ["far above the picture"] : []),
  ];
  const caption = `<figcaption><b>${text(`${what.name} ${median(now)}`)}</b> <span class="soft">${text(notes.join(", "))}</span></figcaption>`;
  return `<figure>${caption}${n > 1 ? trendPicture(what, place, figure, runs) : ""}</figure>`;
}

/** What is otherwise in the runs between the last of the stretches before and the first of these. */
function around(together: readonly ChangedFigure[], changes: readonly Change[]): string {
  const last = Math.min(...together.map(({ before }) => before.to));
  const between = changes.filter(({ index }) => index > last && index <= (together[0] as ChangedFigure).now.from);
  return between.length > 0
    ? list(between.map(changeItem))
    : "<br>Nothing that is recorded, just then: neither what was run nor on what.";
}

function changeItem({ since, commits, differences }: Change): string {
  const parts = [
    dayOf(since),
    ...(commits ? [`commit ${short(commits.from)} → ${short(commits.to)}`] : []),
    ...differences,
  ];
  if (commits && commits.subjects === null) parts.push("the commits between are not known here");
  const subjects = commits?.subjects ?? [];
  return `${text(parts.join("; "))}${subjects.length > 0 ? list(subjects.map(text)) : ""}`;
}

function short(commit: string): string {
  return commit.replace(/^([0-9a-f]{7})[0-9a-f]{33}/, "$1");
}

/** Newest first. */
function table(runs: readonly CourseRun[], name: string): string {
  const heads = TREND_FIGURES.map(({ name }) => `<th scope="col" class="figure">${text(name)}</th>`);
  const rows = runs.toReversed().map(({ name, startedAt, verdict, reason, values }) => {
    const cells = values.map((value, place) => {
      const told = value === null ? "–" : valueText(value, (TREND_FIGURES[place] as TrendFigure).unit);
      return `<td class="figure">${text(told)}</td>`;
    });
    const word = `<td>${text(verdict)}${reason === null ? "" : `<br><span class="soft">${text(reason)}</span>`}</td>`;
    return `<tr><td>${text(startedAt.slice(0, 16).replace("T", " "))}</td>${cells.join("")}${word}<td>${text(name)}</td></tr>`;
  });
  const head = `<tr><th scope="col">began</th>${heads.join("")}<th scope="col">verdict</th><th scope="col">run</th></tr>`;
  return `<div class="table" tabindex="0" role="region" aria-label="${text(name)}"><table><thead>${head}</thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;
}
