/** The reads beside the writes; `null` if the load had none. */
import type { Measures } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import { table } from "./html-table.ts";

export function readsSection({
  readAvailability,
  downtime,
}: Pick<Measures, "readAvailability" | "downtime">): Html | null {
  const { asked, answered, seconds, censored, answeredBy, stale, stalestMs } = readAvailability;
  if (asked === null) return null;
  const fixed = (value: number | null, more = false) =>
    value === null ? null : `${more ? "more than " : ""}${value.toFixed(3)}`;
  return html`<section aria-labelledby="reads"><h2 id="reads">Reads beside the writes</h2>
<p>Stale: an older version than was acknowledged before the read was sent.</p>
${table(
  "Reads and searches, and seconds",
  ["", "sent", "answered", "by A", "by B", "stale", "stalest by", "nobody could read", "nobody could write"],
  [
    [
      ...["reads", asked, answered, answeredBy.a, answeredBy.b, stale],
      stalestMs === null ? null : fixed(stalestMs / 1000),
      fixed(seconds, censored),
      fixed(downtime.seconds, downtime.censored),
    ],
  ],
)}
</section>`;
}
