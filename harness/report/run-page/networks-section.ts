/** What the clients of each network saw; `null` if clients have no networks of their own. */
import type { NetworkMeasure } from "../../model/verdict/verdict.ts";
import { type Html, html } from "../html/html.ts";
import { table } from "./html-table.ts";

export function networksSection(networks: readonly NetworkMeasure[]): Html | null {
  if (networks.length === 0) return null;
  const rows = networks.map(({ side, lost, attempted, acknowledged, notFound, answeredBy, ...times }) => [
    `network ${side.toUpperCase()}${lost ? ", lost with its region" : ""}`,
    ...[attempted, acknowledged, answeredBy.a, answeredBy.b, notFound],
    atLeast(times.downtimeSeconds, times.censored),
    times.rtoSeconds === null ? atLeast(times.rtoCensoredAtSeconds, true) : atLeast(times.rtoSeconds, false),
  ]);
  return html`<section aria-labelledby="networks"><h2 id="networks">Clients of each network</h2>
<p>Downtime and RTO of the run are those of the worse network among those that were not lost.</p>
${table(
  "Writes, and seconds",
  ["", "sent", "acknowledged", "by A's endpoint", "by B's endpoint", "found no address", "downtime", "RTO"],
  rows,
)}
</section>`;
}

function atLeast(seconds: number | null, more: boolean): string | null {
  return seconds === null ? null : `${more ? "more than " : ""}${seconds.toFixed(3)}`;
}
