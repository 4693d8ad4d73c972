/** A comparison as one self-contained HTML page: no script, no other file, light and dark. */
import type { Observation } from "../../stats/median.ts";
import { wordList } from "../figures/text.ts";
import { Html, html } from "../html/html.ts";
import { cellsOf } from "./cells.ts";
import type { Comparison, Pair } from "./compare.ts";
import type { Row } from "./rows.ts";
import { differsOf, inconclusive, legend, outcome, titleOf } from "./text.ts";

const STYLE = new Html(`
:root { color-scheme: light dark; --ink: #1b1b1b; --dim: #595959; --line: #d4d4d4; --paper: #fff; --a: #0a5c9c; --b: #a34700 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eaeaea; --dim: #a8a8a8; --line: #444; --paper: #161616; --a: #7cc0f5; --b: #f2a65e }
}
body { font: 16px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto; max-width: 80rem; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; white-space: nowrap }
td.word { font-weight: 600 }
.dim, .differs { color: var(--dim) } .differs { font-size: .9rem; overflow-wrap: anywhere }
svg { display: block; width: 10rem; height: 1.6rem }
.a { fill: var(--a); stroke: var(--a) } .b { fill: var(--b); stroke: var(--b) } .open { fill: none; stroke-width: 1.5 } line { stroke: var(--line) }
`);

const PICTURE =
  "In the chart, each dot is a run. A ring is a run whose end was not observed: its value lies there or further right.";

export function compareHtml(comparison: Comparison): string {
  const { sets, pairs, notes } = comparison;
  const { regressed, undecided, passed } = outcome(comparison);
  const title = sets.map(({ letter, label }) => `${letter} ${label}`).join(", ");
  const unread = inconclusive(comparison).map(({ names, reason }) => ({ name: names.join(", "), reason }));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>fhirdrill: ${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Drills compared</h1>
<ul>${sets.map(setItem)}</ul>
${paragraphs(differsOf(comparison), "differs")}
${list("Regressed", regressed)}${list("Not decided", undecided)}${paragraphs([passed, ...notes].filter((text) => text !== ""))}
${pairs.map((pair) => pairHtml(comparison, pair))}
${pairs.length > 0 ? html`<h2>How to read it</h2>${paragraphs([...legend(comparison), PICTURE], "dim")}` : null}
${list("Inconclusive", unread)}
</main>
</body>
</html>
`.text;
}

function setItem({ letter, label, words }: Comparison["sets"][number]): Html {
  const baseline = letter === "A" ? " (the baseline)" : "";
  return html`<li><b>${letter}</b> ${label}${baseline}: ${wordList(words).join(", ") || "no run"}</li>`;
}

function pairHtml(comparison: Comparison, pair: Pair): Html {
  const { a, b, rows } = pair;
  const effect = `${b.letter} − ${a.letter}: shift, of medians`;
  const heads = ["", "", `${a.letter} ${a.config}`, `${b.letter} ${b.config}`, "every run", effect];
  const body = rows.map((row) => {
    const cells = cellsOf(row, b.letter);
    const medians = cells.medians === "" ? null : html`<br><span class="dim">${cells.medians}</span>`;
    const groups = [cells.a, cells.b].map((text) => html`<td>${text}</td>`);
    const picture = html`<td>${dots(row, a.letter, b.letter)}</td>`;
    return html`<tr><th scope="row">${cells.head}</th><td class="word">${cells.word}</td>${groups}${picture}<td>${cells.shift}${medians}</td></tr>
`;
  });
  return html`<section>
<h2>${titleOf(pair)}</h2>
${paragraphs(differsOf(comparison, pair), "differs")}
<div class="scroll" tabindex="0" role="region" aria-label="${titleOf(pair)}"><table>
<thead><tr>${heads.map((head) => (head === "" ? html`<td></td>` : html`<th scope="col">${head}</th>`))}</tr></thead>
<tbody>
${body}</tbody>
</table></div>
</section>
`;
}

/** Every run of both groups on one scale, A above B. */
function dots({ kind, a, b }: Row, ofA: string, ofB: string): Html | null {
  const values = [...a.values, ...b.values].map(({ value }) => value);
  if (kind === "rate" || values.length === 0) return null;
  const [from, to] = [Math.min(...values), Math.max(...values)];
  const x = (value: number) => (to === from ? 100 : 6 + (188 * (value - from)) / (to - from)).toFixed(1);
  const row = (group: readonly Observation[], name: "a" | "b", y: number) =>
    group.map(({ value, censored }) => {
      const style = `${name}${censored ? " open" : ""}`;
      return html`<circle class="${style}" cx="${x(value)}" cy="${y}" r="4" fill-opacity=".6"/>`;
    });
  const label = `${a.values.length} runs of ${ofA} above ${b.values.length} of ${ofB}`;
  const line = html`<line x1="0" y1="16" x2="200" y2="16"/>`;
  return html`<svg viewBox="0 0 200 32" role="img" aria-label="${label}">${line}${row(a.values, "a", 8)}${row(b.values, "b", 24)}</svg>`;
}

function list(head: string, entries: readonly { name: string; reason: string }[]): Html | null {
  if (entries.length === 0) return null;
  const items = entries.map(({ name, reason }) => html`<li><b>${name}</b>: ${reason}</li>`);
  return html`<h2>${head}</h2><ul>${items}</ul>`;
}

function paragraphs(texts: readonly string[], name?: "differs" | "dim"): Html[] {
  return texts.map((text) => (name ? html`<p class="${name}">${text}</p>` : html`<p>${text}</p>`));
}
