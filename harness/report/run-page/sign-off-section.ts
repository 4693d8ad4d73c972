/** The sign-off form at the end of a printed page: findings, actions and signatures. Hidden on screen. */
import type { Run } from "../../model/record/run.ts";
import { type Html, html } from "../html/html.ts";

const LINES = ["Did it go as planned? What did not?", "What will be changed, by whom, until when?"];
const SIGNED = ["name and role", "date", "signature"];

export function signOffSection(run: Run): Html {
  return html`<section class="sign-off only-paper" aria-labelledby="sign-off"><h2 id="sign-off">Sign-off</h2>
<p>Drill ${run.id} of ${run.scenario.name} × ${run.config.name}, started ${run.startedAt}. Its plan: ${run.command.replace(/( --| fhirdrill) run /, "$1 plan ")}</p>
${LINES.map((line) => html`<div class="blank">${line}</div>`)}
<div class="signed">${SIGNED.map((what) => html`<div>${what}</div>`)}</div>
</section>`;
}
