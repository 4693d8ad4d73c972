/**
 * The possible times of a drill: from its beginning to some days after its load should have ended. A line with another
 * time is damaged and left out: a time in the year 33658 would make an outage of centuries, and a page that nobody can
 * open.
 */
import { loadTimes } from "../model/plan/scenario.ts";
import type { BulkExportLine } from "../model/record/bulk-export.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";
import type { Run } from "../model/record/run.ts";
import type { WalLine } from "../model/record/wal.ts";

/** Before the load, images are built; after it, the sites converge. That takes hours, but never a week. */
const BESIDE_THE_LOAD_MS = 7 * 24 * 3600 * 1000;
/** k6's clock is always known to within seconds. */
const BEFORE_MS = 60_000;

/** The fields of lines that hold times. */
const TIMES = ["atMs", "sentMs", "doneMs", "fromMs", "toMs", "tookMs"];

export type InTime = (name: string, ms: number) => void;

/** Throws for a time outside the drill. `name`: its field; `ms`: by the drill's clock. */
export function inTimeOf(run: Run): InTime {
  const lastMs = loadTimes(run.scenario).end * 1000 + BESIDE_THE_LOAD_MS;
  return (name, ms) => {
    if (ms >= -BEFORE_MS && ms <= lastMs) return;
    throw new Error(`its ${name} is at no time of the drill: ${(ms / 1000).toFixed(0)} s after its beginning`);
  };
}

/** Throws when a line has a time outside the drill. */
export function checkTimes(line: DrillEvent | ProbeLine | WalLine | BulkExportLine, inTime: InTime): void {
  for (const [name, value] of Object.entries(line))
    if (typeof value === "number" && TIMES.includes(name)) inTime(name, value);
}
