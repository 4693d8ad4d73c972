/** Lost and stranded writes, each with its story. */
import { placeInLedger } from "../../model/load/runners.ts";
import { savableText } from "../../model/verdict/told.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import type { Stories, Story } from "./stories.ts";
import { plural } from "./top.ts";

/** As the page's style has it: each takes four lines, and nobody turns a hundred sheets. */
const ON_PAPER = 40;

const at = (ms: number) => (ms / 1000).toFixed(3);

export function lossesSection(stories: Stories | string, { lost, unverifiable, savable, reads }: Measures): Html {
  return html`<section aria-labelledby="lost"><h2 id="lost">Lost and stranded writes</h2>
${typeof stories === "string" ? html`<p class="note">${stories}.</p>` : [disagreement(stories.lost, lost.count), told(unverifiable.count), savableHtml(savable), listHtml(stories)]}
${readsHtml(reads)}
</section>`;
}

/** A verdict is kept as it was given; today's judge may count otherwise. */
function disagreement(lost: number, counted: number | null): Html | null {
  if (lost === counted) return null;
  return html`<p class="note">verdict.json counts ${counted === null ? "none, for it was not known" : counted} lost, and the judge that made this page ${lost}: “check” says what changed.</p>`;
}

/** Who was told too little cannot be shown what became of it by the answer. */
function told(unverifiable: number | null): Html | null {
  if (!unverifiable) return null;
  const whose = unverifiable === 1 ? "The client of 1 write was" : `The clients of ${unverifiable} writes were`;
  return html`<p class="note">${whose} told “done” by an answer that cannot be looked up.</p>`;
}

function savableHtml(savable: Measures["savable"]): Html[] {
  return savableText(savable).map((text) => html`<p>${text.charAt(0).toUpperCase() + text.slice(1)}.</p>`);
}

function readsHtml({ wanted, answered, wrongAtMost }: Measures["reads"]): Html | null {
  if (wanted === null || answered === null) return null;
  const rest =
    answered === wanted
      ? ""
      : wrongAtMost === null
        ? " Of the others nothing is known."
        : ` With 95 % confidence no more than ${wrongAtMost} of the others are wrong.`;
  return html`<p class="hint">${answered} of ${wanted} resources were read through the FHIR API at the end.${rest}</p>`;
}

function listHtml({ lost, neverAcknowledged, shown }: Stories): Html {
  const total = lost + neverAcknowledged;
  const count = [
    lost === 0 ? "No acknowledged write was lost." : `${plural(lost, "acknowledged write")} lost.`,
    neverAcknowledged === 0
      ? ""
      : `${plural(neverAcknowledged, "more write")} ${neverAcknowledged === 1 ? "was" : "were"} never acknowledged, and only another side had ${neverAcknowledged === 1 ? "it" : "them"}.`,
    total > shown.length
      ? `Here are the first ${shown.length} in the order of sending; ${total - shown.length} more are not shown: verdict.json has the ids of all lost ones, ledger.ndjson and audit.ndjson what became of each.`
      : "",
  ];
  if (total === 0) return html`<p>${count[0] ?? ""}</p>`;
  return html`<p>${count.filter(Boolean).join(" ")}</p>
${shown.length > ON_PAPER ? html`<p class="only-paper">On paper, the first ${ON_PAPER}.</p>` : null}
<p class="filter"><label>Show only those with <input type="search" id="filter" autocomplete="off" spellcheck="false"></label> <span id="filtered" role="status"></span></p>
<div class="scroll" role="region" tabindex="0" aria-label="List of them">
<table id="stories"><caption class="unseen">Lost and stranded writes in the order of sending</caption>
<thead><tr><th scope="col">write</th><th scope="col">fate</th><th scope="col">where it was looked for</th><th scope="col">sent, s</th><th scope="col">answered, s</th><th scope="col">as</th></tr></thead>
<tbody>${shown.map(rowHtml)}</tbody></table></div>`;
}

function rowHtml({ operation, fate, places }: Story): Html {
  const { write, kind, invokedMs, completedMs, outcome, reason, status, servedBy, stored } = operation;
  const by = servedBy === "" ? "" : ` by ${servedBy.length === 1 ? servedBy.toUpperCase() : servedBy}`;
  const answer = completedMs === null ? "never" : `${at(completedMs)}${by}`;
  const word = outcome === "ok" ? `status ${status}` : `${reason}, status ${status === 0 ? "none" : status}`;
  return html`<tr><th scope="row">${write}<br><small>${kind}, ${placeInLedger(operation)}</small></th><td>${fate}</td><td>${places.map((place) => html`${place}<br>`)}</td><td>${at(invokedMs)}</td><td>${answer}<br><small>${word}</small></td><td>${stored.map((name) => html`${name}<br>`)}</td></tr>`;
}
