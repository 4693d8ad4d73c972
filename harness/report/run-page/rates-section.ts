/** The rates of a varying load, and which were carried; `null` if the rate is constant. */
import type { Measures } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import { table } from "./html-table.ts";

export function ratesSection({ levels }: Measures["carriedRate"]): Html | null {
  if (levels.length === 0) return null;
  return html`<section aria-labelledby="rates"><h2 id="rates">Rates of the load</h2>
<p>Carried: 95 % of what was planned was acknowledged within the operator's probe timeout.</p>
${table(
  "Writes, and milliseconds to acknowledgement",
  ["writes/s", "planned", "sent", "acknowledged", "in time", "p95", "carried"],
  levels.map(({ ratePerSecond, planned, sent, acknowledged, inTime, p95Ms, carried }) => [
    ...[ratePerSecond, planned, sent, acknowledged, inTime],
    p95Ms === null ? null : p95Ms.toFixed(0),
    carried === null ? "not known" : carried ? "yes" : "no",
  ]),
)}
</section>`;
}
