/**
 * When the last event of a run was recorded, in milliseconds since its start; `null` if none can be read or the last
 * line is not a valid event of this run.
 */

import { EventSchema } from "../model/record/event.ts";
import type { Run } from "../model/record/run.ts";
import { checkTimes, inTimeOf } from "../record/in-time.ts";
import { RunFolder } from "./run-folder.ts";

export function lastEventMs(path: string, run: Run): number | null {
  const lines = (new RunFolder(path).readText("events.ndjson") ?? "").trimEnd().split("\n");
  try {
    const event = EventSchema.parse(JSON.parse(lines.at(-1) ?? ""));
    checkTimes(event, inTimeOf(run));
    return event.atMs;
  } catch {
    // Torn, damaged or missing.
    return null;
  }
}
