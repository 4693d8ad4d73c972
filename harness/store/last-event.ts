/** When the last event of a run was recorded, in milliseconds since it began; `null` where none can be read. */
import { RunFolder } from "./run-folder.ts";

export function lastEventMs(path: string): number | null {
  const lines = (new RunFolder(path).readText("events.ndjson") ?? "").trimEnd().split("\n");
  try {
    const { atMs } = JSON.parse(lines.at(-1) ?? "");
    return typeof atMs === "number" ? atMs : null;
  } catch {
    // Torn, or there is none.
    return null;
  }
}
