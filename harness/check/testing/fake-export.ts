/** A planned run with a bulk export: the region is lost while A writes its files, and B finishes it. Pure. */
import { beforeLoad } from "../../model/load/before-load.ts";
import { fingerprint } from "../../model/load/content.ts";
import { FIRST_VERSION } from "../../model/load/write.ts";
import type { BulkExportLine, JobState, LineOf, Poll } from "../../model/record/bulk-export.ts";
import { isFirstAct } from "../facts.ts";
import { fakeParts, type Parts } from "./fake-run.ts";

export const RESOURCES = 6;
const FILES = 2;
const POLL_MS = 2000;
/** From the request of the export to the first act. */
const BEFORE_MS = 20_000;

/** `endMs`: when the client learns that it is done, after the first act. */
export function exportParts(endMs = 90_000): Parts {
  const parts = fakeParts({ resources: RESOURCES });
  const { run } = parts;
  const scenario = { ...run.scenario, bulkExport: { level: "patient", waitSeconds: 600 } } as const;
  const actMs = parts.events.find(isFirstAct)?.atMs as number;
  const { seeded } = beforeLoad(run.seed, scenario);
  const polls: Poll[] = [];
  for (let ms = actMs - BEFORE_MS; ms < actMs + endMs; ms += POLL_MS)
    polls.push(pollAt(ms, ms < actMs ? "a" : "b", 202));
  const lines = seeded.map(
    ({ path, body, id }, place): LineOf<"resource"> => ({
      ...{ type: "resource", file: place % FILES, resource: path, version: FIRST_VERSION },
      ...{ content: fingerprint(body), write: id },
    }),
  );
  const files = Array.from({ length: FILES }, (_, file): LineOf<"file"> => {
    const times = { sentMs: actMs + endMs, doneMs: actMs + endMs, status: 200 };
    return { type: "file", file, url: `Binary/${file}`, lines: RESOURCES / FILES, damaged: 0, ...times };
  });
  const bulkExport: BulkExportLine[] = [
    { type: "kick-off", sentMs: actMs - BEFORE_MS - 20, doneMs: actMs - BEFORE_MS - 10, status: 202, job: "job" },
    ...[...polls, pollAt(actMs + endMs, "b", 200)],
    ...statesOf(actMs, endMs),
    ...files,
    ...lines,
  ];
  const events: Parts["events"] = [{ type: "phase", phase: "seed", atMs: 1 }, ...parts.events];
  return { ...parts, run: { ...run, scenario }, events, bulkExport: ended(bulkExport) };
}

/** Changes each line of a type; `null` leaves it out. */
export const each =
  <Type extends BulkExportLine["type"]>(type: Type, change: (line: LineOf<Type>) => object | null) =>
  (lines: BulkExportLine[]): BulkExportLine[] =>
    lines.flatMap((line) => {
      const changed = line.type === type ? change(line as LineOf<Type>) : {};
      return changed === null ? [] : [{ ...line, ...changed }];
    });

/** Ends the lines with their counts. */
export function ended(all: readonly BulkExportLine[]): BulkExportLine[] {
  const lines = all.filter(({ type }) => type !== "end");
  const count = (type: BulkExportLine["type"]) => lines.filter((line) => line.type === type).length;
  const isDone = lines.some((line) => line.type === "poll" && line.status === 200);
  const [polls, jobs, files, resources] = (["poll", "job", "file", "resource"] as const).map(count);
  const counts = { polls, jobs, files, resources } as { polls: number; jobs: number; files: number; resources: number };
  return [...lines, { type: "end", atMs: 1e6, ...counts, listed: isDone ? counts.files : null }];
}

function pollAt(doneMs: number, servedBy: string, status: number): Poll {
  return { type: "poll", sentMs: doneMs - 5, doneMs, status, servedBy, progress: null, retryAfter: null };
}

function statesOf(actMs: number, endMs: number): JobState[] {
  const state = (side: "a" | "b", fromMs: number, toMs: number, chunks: Record<string, number>): JobState => {
    const step = "write-to-binaries";
    return { type: "job", side, fromMs: actMs + fromMs, toMs: actMs + toMs, state: "IN_PROGRESS", step, chunks };
  };
  return [
    state("a", -4000, -100, { COMPLETED: 1, IN_PROGRESS: 1 }),
    state("b", -3900, 2400, { COMPLETED: 1, IN_PROGRESS: 1 }),
    // The operator has queued it again in the promotion.
    state("b", 2600, 40_000, { COMPLETED: 1, READY: 1 }),
    state("b", 40_200, endMs, { COMPLETED: 2 }),
  ];
}
