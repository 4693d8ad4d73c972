/** All events as they were recorded. */
import type { DrillEvent } from "../../model/record/event.ts";
import { type Html, html } from "../html/html.ts";
import { table } from "./html-table.ts";

export function eventsSection(events: readonly DrillEvent[]): Html {
  const rows = events.map((event) => {
    const { atMs, type, ...rest } = event;
    const detail = "detail" in rest ? rest.detail : {};
    const details = Object.keys(detail).length === 0 ? "" : JSON.stringify(detail);
    return [(atMs / 1000).toFixed(3), type, eventWords(event), details];
  });
  return html`<section aria-labelledby="events"><h2 id="events">Events</h2>
<details><summary>All ${events.length} events, as recorded</summary>${table("Events of the drill, on its clock", ["at, s", "type", "what", "detail"], rows)}</details></section>`;
}

function eventWords(event: DrillEvent): string {
  switch (event.type) {
    case "phase":
      return event.phase;
    case "fault":
      return `${event.fault}: ${event.kind} ${event.state}`;
    case "operator":
      return `${event.plan}: ${event.step} ${event.side.toUpperCase()}, took ${(event.tookMs / 1000).toFixed(3)} s`;
    case "order":
      return `${event.order}: ${event.kind} ${event.state}`;
    case "container":
      return `${event.name}: ${event.state}`;
    case "note":
      return event.text;
  }
}
