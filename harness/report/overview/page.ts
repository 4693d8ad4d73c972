/**
 * The page of all runs: one file, no script, no other resource. Each cell starts with its newest run and always shows the
 * verdicts of its repeats. Colour never carries meaning alone.
 */
import type { VerdictWord } from "../../model/verdict/verdict.ts";
import { whyInconclusive } from "../figures/counted.ts";
import { HEADS } from "../figures/observed.ts";
import { minute, wordList } from "../figures/text.ts";
import { type Html, html } from "../html/html.ts";
import { plural, wordHtml } from "../run-page/top.ts";
import type { Row } from "../table/table.ts";
import { inLine, LEGEND } from "../table/text.ts";
import { type Cell, type ListedRun, nameOf, startOf, UNENDED, type UncountedRun } from "./overview.ts";
import { OVERVIEW_STYLE } from "./style.ts";

const FIGURES = ["lost", "rto", "downtime"] as const;

const HOW_TO_READ = `A cell starts with its newest run. Then come its repeats: all runs with the same load, faults, settings,
objectives and images as the newest one with a verdict, with the number of each verdict and the medians of their figures.
Holds: within the objectives, which does not mean that nothing was lost. The edge of a cell shows the worst verdict: solid if
all hold, double if one is broken, dashed if none is broken but one is inconclusive. Runs of another setup and runs that are
not counted are listed separately; the latter make an edge dashed, too.`;

const NO_PAGE = `No page: the run is still running, it cannot be read, or the rest of its record is not here.`;

/** `leftOut`: what is in no cell. `madeAt` and all times are UTC. */
export function overviewPage(
  cells: readonly Cell[],
  leftOut: readonly { folder: string; why: string }[],
  madeAt: string,
): string {
  const runs = cells.flatMap(runsOf);
  const starts = runs.map(startOf).filter((start) => start !== null);
  const days = starts.map((start) => start.slice(0, 10)).toSorted();
  const started = days.length === 0 ? "" : `, started from ${days[0]} to ${days.at(-1)}`;
  const unread = leftOut.map(({ folder, why }) => html`<li>${folder}: ${why}</li>`);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>All runs</title><style>${OVERVIEW_STYLE}</style></head>
<body><main>
<h1>All runs</h1>
<p>${plural(runs.length, "run")} in ${plural(cells.length, "cell")} (scenario × configuration)${started}. Times are UTC. This page shows the runs as of ${minute(madeAt)}.</p>
${unread.length === 0 ? null : html`<h2>Left out</h2><ul>${unread}</ul>`}
<h2>Broken or inconclusive</h2>
${notHolding(cells)}
<h2>Scenarios and configurations</h2>
<p class="soft">${HOW_TO_READ} ${LEGEND.join(" ")}${runs.some(({ page }) => page === null) ? ` ${NO_PAGE}` : null}</p>
${matrix(cells)}
</main></body></html>
`.text;
}

function runsOf({ rows, uncounted }: Cell): (ListedRun | UncountedRun)[] {
  return [...rows.flatMap(({ runs }) => runs), ...uncounted];
}

/** Broken cells first. */
function notHolding(cells: readonly Cell[]): Html {
  const items = (["broken", "inconclusive"] satisfies VerdictWord[]).flatMap((word) =>
    cells.flatMap((cell, index) => (cell.worst === word ? [cellItem(cell, index)] : [])),
  );
  return items.length === 0 ? html`<p>None: in every cell, all repeats hold.</p>` : html`<ul>${items}</ul>`;
}

function cellItem(cell: Cell, index: number): Html {
  return html`<li><a href="#c${index}">${nameOf(cell)}</a>: ${countsOf(cell)}; the newest ${wordOf(cell.newest)}</li>
`;
}

function matrix(cells: readonly Cell[]): Html {
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))].toSorted();
  const configs = [...new Set(cells.map(({ config }) => config))].toSorted();
  const drilled = new Map(cells.map((cell, index) => [nameOf(cell), cellHtml(cell, index)]));
  const never = html`<td class="soft">no run</td>`;
  const rows = scenarios.map((scenario) => {
    const own = configs.map((config) => drilled.get(nameOf({ scenario, config })) ?? never);
    return html`<tr><th scope="row">${scenario}</th>${own}</tr>
`;
  });
  const heads = configs.map((config) => html`<th scope="col">${config}</th>`);
  return html`<div class="table" tabindex="0" role="region" aria-label="Runs by scenario and configuration"><table>
<thead><tr><td></td>${heads}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}

function cellHtml(cell: Cell, index: number): Html {
  const { newest, rows, worst } = cell;
  const [repeats, ...others] = rows;
  const judged = repeats?.runs[0];
  const before =
    judged === undefined || judged === newest ? null : html`<p>newest verdict: ${wordOf(judged)} ${linkTo(judged)}</p>`;
  const otherSetups = others.map(({ row }) => wordList(row.words).join(", ")).join("; ");
  return html`<td class="${worst}" id="c${index}"><p class="newest">${wordOf(newest)} ${linkTo(newest)}</p>${before}
<p>${countsOf(cell)}</p>
${repeats === undefined ? null : html`<dl>${figuresOf(repeats.row)}</dl>`}
${otherSetups === "" ? null : html`<p class="soft">other setup: ${otherSetups}</p>`}
<details><summary>${plural(runsOf(cell).length, "run")}</summary>${runsHtml(cell)}</details></td>`;
}

function figuresOf({ figures, words }: Row): Html[] {
  return FIGURES.map((name) => html`<dt>${HEADS[name]}</dt><dd>${inLine(figures[name], words)}</dd>`);
}

/** The verdicts of the repeats, and the number of uncounted runs. */
function countsOf({ rows: [repeats], uncounted }: Cell): string {
  const words = repeats === undefined ? [] : wordList(repeats.row.words);
  return [...words, ...(uncounted.length > 0 ? [`${uncounted.length} not counted`] : [])].join(", ");
}

function runsHtml({ rows, uncounted }: Cell): Html {
  const lists = rows.map(({ runs }, index) => {
    const head = index === 0 ? null : html`<p>other setup:</p>`;
    return html`${head}<ul>${runs.map(runItem)}</ul>`;
  });
  return html`${uncounted.length === 0 ? null : html`<ul>${uncounted.map(runItem)}</ul>`}${lists}`;
}

function runItem(each: ListedRun | UncountedRun): Html {
  const why = reasonOf(each);
  return html`<li>${linkTo(each)} ${wordOf(each)}${why === null ? null : html`<br><span class="soft">${why}</span>`}</li>
`;
}

function reasonOf(each: ListedRun | UncountedRun): string | null {
  if (!("verdict" in each)) return each.why;
  return each.verdict.verdict === "inconclusive" ? whyInconclusive(each.verdict) : null;
}

function wordOf(each: ListedRun | UncountedRun): Html {
  if (!("verdict" in each)) return html`<span class="check"><span aria-hidden="true">–</span> ${each.what}</span>`;
  const { run, verdict } = each;
  return html`${wordHtml(verdict.verdict)}${run.state === "complete" ? null : `, ${UNENDED[run.state]}`}`;
}

function linkTo(each: ListedRun | UncountedRun): Html {
  const start = startOf(each);
  const text = start === null ? each.name : minute(start);
  return each.page === null
    ? html`<span title="${each.name}">${text}</span> <span class="soft">(no page)</span>`
    : html`<a href="${each.page}" title="${each.name}">${text}</a>`;
}
