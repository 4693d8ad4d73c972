/** One event as one line. */
import type { DrillEvent } from "../model/record/event.ts";

export function eventText(event: DrillEvent): string | null {
  switch (event.type) {
    case "phase":
      return event.phase;
    case "fault":
      return event.state === "injecting" ? null : `fault ${event.kind}: ${event.state}`;
    case "operator":
      return `${event.plan}: ${event.step} ${event.side.toUpperCase()} (${(event.tookMs / 1000).toFixed(2)} s)${because(event.detail)}`;
    case "order":
      return `operation ${event.kind}: ${event.state}${because(event.detail)}`;
    case "container":
      return `${event.name}: ${event.state}`;
    case "note":
      return event.text;
  }
}

function because({ why }: { why?: string | undefined }): string {
  return why === undefined ? "" : ` ${why}`;
}
