/** Lost and stranded writes, each with where it is and was. */
import { placeInLedger } from "../../model/load/runners.ts";
import { savableText } from "../../model/verdict/told.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import type { Stories, Story } from "./stories.ts";
import { plural } from "./top.ts";

/** The same as in page.css: each takes four lines, and nobody reads a hundred printed pages. */
const ON_PAPER = 40;

const at = (ms: number) => (ms / 1000).toFixed(3);

export function lossesSection(stories: Stories | string, { lost, unverifiable, savable, reads }: Measures): Html {
  return html`<section aria-labelledby="lost"><h2 id="lost">Lost and stranded writes</h2>
${typeof stories === "string" ? html`<p class="note">${stories}.</p>` : [disagreement(stories.lost, lost.count), unverifiableHtml(unverifiable.count), savableHtml(savable), listHtml(stories)]}
${readsHtml(reads)}
</section>`;
}

/** The stored verdict is kept as it is; today's judge may count differently. */
function disagreement(lost: number, counted: number | null): Html | null {
  if (lost === counted) return null;
  return html`<p class="note">verdict.json counts ${counted ?? "an unknown number"} lost, the judge that made this page ${lost}: “check” shows what changed.</p>`;
}

/** Acknowledged, but the answer does not identify what was stored, so its fate is not known. */
function unverifiableHtml(unverifiable: number | null): Html | null {
  if (!unverifiable) return null;
  const writes = unverifiable === 1 ? "1 write was" : `${unverifiable} writes were`;
  return html`<p class="note">${writes} acknowledged by an answer that cannot be verified.</p>`;
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
        ? " Nothing is known about the others."
        : ` With 95 % confidence, at most ${wrongAtMost} of the others are wrong.`;
  return html`<p class="hint">${answered} of ${wanted} resources were read through the FHIR API at the end.${rest}</p>`;
}

function listHtml({ lost, neverAcknowledged, shown }: Stories): Html {
  const total = lost + neverAcknowledged;
  const count = [
    lost === 0 ? "No acknowledged write was lost." : `${plural(lost, "acknowledged write")} lost.`,
    neverAcknowledged === 0
      ? ""
      : `${plural(neverAcknowledged, "more write")} ${neverAcknowledged === 1 ? "was" : "were"} never acknowledged, and only another site had ${neverAcknowledged === 1 ? "it" : "them"}.`,
    total > shown.length
      ? `The first ${shown.length} in order of sending are shown, and ${total - shown.length} more are not: verdict.json has the ids of all lost writes; ledger.ndjson and audit.ndjson show what became of each.`
      : "",
  ];
  if (total === 0) return html`<p>${count[0] ?? ""}</p>`;
  return html`<p>${count.filter(Boolean).join(" ")}</p>
${shown.length > ON_PAPER ? html`<p class="only-paper">Printed: the first ${ON_PAPER}.</p>` : null}
<p class="filter"><label>Show only those with <input type="search" id="filter" autocomplete="off" spellcheck="false"></label> <span id="filtered" role="status"></span></p>
<div class="scroll" role="region" tabindex="0" aria-label="List of lost and stranded writes">
<table id="stories"><caption class="unseen">Lost and stranded writes in order of sending</caption>
<thead><tr><th scope="col">write</th><th scope="col">fate</th><th scope="col">places checked</th><th scope="col">sent, s</th><th scope="col">answered, s</th><th scope="col">as</th></tr></thead>
<tbody>${shown.map(rowHtml)}</tbody></table></div>`;
}

function rowHtml({ operation, fate, places }: Story): Html {
  const { write, kind, invokedMs, completedMs, outcome, reason, status, servedBy, stored } = operation;
  const by = servedBy === "" ? "" : ` by ${servedBy.length === 1 ? servedBy.toUpperCase() : servedBy}`;
  const answer = completedMs === null ? "never" : `${at(completedMs)}${by}`;
  const word = outcome === "ok" ? `status ${status}` : `${reason}, status ${status === 0 ? "none" : status}`;
  return html`<tr><th scope="row">${write}<br><small>${kind}, ${placeInLedger(operation)}</small></th><td>${fate}</td><td>${places.map((place) => html`${place}<br>`)}</td><td>${at(invokedMs)}</td><td>${answer}<br><small>${word}</small></td><td>${stored.map((name) => html`${name}<br>`)}</td></tr>`;
}
