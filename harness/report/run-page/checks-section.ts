/** All checks with their verdicts, reasons and evidence. */
import { notExamined } from "../../model/verdict/not-examined.ts";
import type { CheckResult, CheckWord } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import { wordHtml } from "./top.ts";

const ORDER: CheckWord[] = ["broken", "inconclusive", "not-examined", "holds", "no-objective"];

export function checksSection(checks: readonly CheckResult[]): Html {
  const sorted = checks.toSorted((x, y) => ORDER.indexOf(x.verdict) - ORDER.indexOf(y.verdict));
  const rows = sorted.map(({ name, verdict, reason, evidence }) => {
    const list = html`<ul>${evidence.map((line) => html`<li>${line}</li>`)}</ul>`;
    const isShort = evidence.length <= 3 || verdict === "broken" || verdict === "inconclusive";
    const shown = isShort
      ? list
      : html`<details><summary>${evidence.length} lines of evidence</summary>${list}</details>`;
    return html`<tr><td>${wordHtml(verdict)}</td><th scope="row">${name}</th><td>${reason}${evidence.length > 0 ? shown : null}</td></tr>`;
  });
  const dark = notExamined(checks).map((line) => html`<p class="note">Not examined: ${line}</p>`);
  return html`<section aria-labelledby="checks"><h2 id="checks">Checks</h2>
<p class="hint">The verdict of the run is the worst of these. No objective: the check is only measured, or does not apply to this run.</p>
${dark}
<div class="scroll" role="region" tabindex="0" aria-label="List of checks"><table class="checks"><caption class="unseen">All checks, the worst first</caption>
<thead><tr><th scope="col">verdict</th><th scope="col">check</th><th scope="col">reason and evidence</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
