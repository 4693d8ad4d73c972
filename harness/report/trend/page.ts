/** The page of courses: one file, no script, no other resource. It has charts with their tables, and what changed when. */
import { minute } from "../figures/text.ts";
import { type Html, html } from "../html/html.ts";
import { TREND_FIGURES, type TrendFigure, valueText } from "./figures.ts";
import { promisedInSight, trendPicture } from "./picture.ts";
import { TREND_STYLE } from "./style.ts";
import {
  type Change,
  type Course,
  type CourseRun,
  dayOf,
  FEWEST_RUNS,
  type FigureCourse,
  type Stretch,
} from "./trend.ts";

const HOW_TO_READ = `Each mark is a run, in order of time: ● holds, ■ broken, ▲ a lower bound, because the end was not observed.
At the bottom: × inconclusive runs, which have a figure only if nothing but an end is not known, and – runs that did not
measure the figure. A solid line is the median of a stretch, a dotted line the objective. A dashed line is a change: chance
alone would make one as clear in fewer than 1 of 100 courses; it may have happened a few runs earlier or later. Below
${FEWEST_RUNS} runs with a figure, no change is reported.`;

export function trendPage(courses: readonly Course[], leftOut: readonly { folder: string; why: string }[]): string {
  const runs = courses.flatMap((course) => course.runs);
  const days = runs.map(({ startedAt }) => dayOf(startedAt)).toSorted();
  const span = `from ${days[0]} to ${days.at(-1)}`;
  const changed = courses.flatMap((course, index) =>
    changedFigures(course).map((change) => ({ ...change, course, index })),
  );
  const newest = changed.toSorted((x, y) => (x.now.since < y.now.since ? 1 : -1));
  const changes = newest.map((each) => html`<a href="#c${each.index}">${nameOf(each.course)}</a>: ${changeText(each)}`);
  const unread = leftOut.map(({ folder, why }) => `${folder}: ${why}`);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drills over time</title><style>${TREND_STYLE}</style></head>
<body><main>
<h1>Drills over time</h1>
<p>${counted(runs.length, "run")} ${span}, in ${counted(courses.length, "course")}. Times are UTC.</p>
<p class="soft">${HOW_TO_READ}</p>
<h2>What changed</h2>
${changes.length === 0 ? html`<p>No figure changed detectably.</p>` : list(changes)}
${unread.length === 0 ? null : html`<h2>Left out</h2>${list(unread)}`}
${courses.map(section)}</main></body></html>
`.text;
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
  return `${name} ${was} → ${is} since ${dayOf(now.since)}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function nameOf({ scenario, config }: Course): string {
  return `${scenario} × ${config}`;
}

function section(course: Course, index: number): Html {
  const { runs, figures, otherwise, superseded, changes } = course;
  const words = (["holds", "broken", "inconclusive"] as const).map(
    (word) => `${runs.filter(({ verdict }) => verdict === word).length} ${word === "holds" ? "hold" : word}`,
  );
  const setups = [
    ...(otherwise.length > 0 ? [`Setup changed: ${otherwise.join(", ")}.`] : []),
    ...(superseded ? ["A different setup since: the current course is below."] : []),
  ];
  const pictures = figures.flatMap((figure, place) => (figure.n > 0 ? [picture(figure, place, runs)] : []));
  const changed = [...Map.groupBy(changedFigures(course), ({ now }) => now.from).values()].map(
    (together) => html`${together.map(changeText).join("; ")}${around(together, changes)}`,
  );
  return html`<section id="c${index}"><h2>${nameOf(course)}</h2>
<p>${counted(runs.length, "run")}: ${words.join(", ")}.</p>
${setups.map((text) => html`<p>${text}</p>`)}
<div class="pictures">${pictures}</div>
${changed.length > 0 ? html`<h3>What else changed at that time</h3>${list(changed)}` : null}
<details><summary>All runs as a table</summary>${table(runs, `Runs of course ${index + 1}`)}</details>
${changes.length > 0 ? html`<details><summary>All changes between runs</summary>${list(changes.map(changeItem))}</details>` : null}
</section>
`;
}

function picture(figure: FigureCourse, place: number, runs: readonly CourseRun[]): Html {
  const what = TREND_FIGURES[place] as TrendFigure;
  const known = runs.flatMap(({ values }) => (values[place] ? [values[place].value] : []));
  const { promised, n, tooFew, stretches } = figure;
  const [now, before] = stretches.toReversed() as [Stretch, Stretch | undefined];
  const median = (stretch: Stretch) => valueText(stretch.spread.median, what.unit);
  const notes = [
    before
      ? `since ${dayOf(now.since)}, was ${median(before)}`
      : tooFew
        ? `${counted(n, "run")}, too few to detect a change`
        : "no change",
    ...(promised === null ? [] : [`objective ${valueText({ value: promised, censored: false }, what.unit)}`]),
    ...(promised !== null && promisedInSight(figure, known) === null ? ["far above the chart"] : []),
  ];
  const caption = html`<figcaption><b>${what.name} ${median(now)}</b> <span class="soft">${notes.join(", ")}</span></figcaption>`;
  return html`<figure>${caption}${n > 1 ? trendPicture(what, place, figure, runs) : null}</figure>`;
}

/** The changes between the last run of the stretches before and the first run of these. */
function around(together: readonly ChangedFigure[], changes: readonly Change[]): Html {
  const last = Math.min(...together.map(({ before }) => before.to));
  const between = changes.filter(({ index }) => index > last && index <= (together[0] as ChangedFigure).now.from);
  return between.length > 0
    ? list(between.map(changeItem))
    : html`<br>No recorded change at that time, neither in what was run nor in the machine.`;
}

function changeItem({ since, commits, differences }: Change): Html {
  const parts = [
    dayOf(since),
    ...(commits ? [`commit ${short(commits.from)} → ${short(commits.to)}`] : []),
    ...differences,
  ];
  if (commits && commits.subjects === null) parts.push("the commits in between are not known here");
  const subjects = commits?.subjects ?? [];
  return html`${parts.join("; ")}${subjects.length > 0 ? list(subjects) : null}`;
}

function short(commit: string): string {
  return commit.replace(/^([0-9a-f]{7})[0-9a-f]{33}/, "$1");
}

/** Newest first. */
function table(runs: readonly CourseRun[], name: string): Html {
  const heads = TREND_FIGURES.map(({ name }) => html`<th scope="col" class="figure">${name}</th>`);
  const rows = runs.toReversed().map(({ name, startedAt, verdict, reason, values }) => {
    const cells = values.map((value, place) => {
      const text = value === null ? "–" : valueText(value, (TREND_FIGURES[place] as TrendFigure).unit);
      return html`<td class="figure">${text}</td>`;
    });
    const why = reason === null ? null : html`<br><span class="soft">${reason}</span>`;
    return html`<tr><td>${minute(startedAt)}</td>${cells}<td>${verdict}${why}</td><td>${name}</td></tr>
`;
  });
  const head = html`<tr><th scope="col">started</th>${heads}<th scope="col">verdict</th><th scope="col">run</th></tr>`;
  return html`<div class="table" tabindex="0" role="region" aria-label="${name}"><table><thead>${head}</thead><tbody>
${rows}</tbody></table></div>`;
}

function list(items: readonly (Html | string)[]): Html {
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
