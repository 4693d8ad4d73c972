import { describe, expect, test } from "vitest";
import { exportParts } from "../check/testing/fake-export.ts";
import { jitterMs } from "../model/plan/scenario.ts";
import type { BulkExportLine } from "../model/record/bulk-export.ts";
import type { ExportJobs, SeenJob } from "../system/export-jobs.ts";
import { bareEdge } from "../system/testing/bare-system.ts";
import { aimed, DrillExport } from "./bulk-export.ts";

const { run } = exportParts();
const spec = { level: "patient", waitSeconds: 600 } as const;

describe("the load begins", () => {
  test("so that the first act comes in the step after the next pass", () => {
    const { warmUpSeconds, baselineSeconds } = run.scenario.load;
    const { beginMs, actMs } = aimed(1000, run);
    expect(actMs).toBe(1000 + 60_000 + 1500);
    expect(actMs - beginMs).toBeCloseTo(400 + 1000 * (warmUpSeconds / 3 + baselineSeconds) + jitterMs(run.seed), 6);
  });

  test("earlier, when the first act comes later", () => {
    const order = { kind: "switchover", to: "b", afterSeconds: 7 } as const;
    const later = { ...run, scenario: { ...run.scenario, faults: [], orders: [order] } };
    expect(aimed(0, run).beginMs - aimed(0, later).beginMs).toBeCloseTo(7000, 6);
  });
});

/** A service that completes the export at once, and whose job is at that step. */
function course({ accepts = true, jobs = true, now = (): number => 0 } = {}) {
  const lines: BulkExportLine[] = [];
  const binary = { data: Buffer.from(`{"resourceType":"Patient","id":"p"}\n`).toString("base64") };
  const answers: [RegExp, () => Response][] = [
    [
      /\$export\?/,
      () =>
        new Response(null, {
          ...{ status: accepts ? 202 : 400, headers: { "Content-Location": "/fhir/$export-poll-status?_jobId=j" } },
        }),
    ],
    [/\$export-poll-status/, () => Response.json({ output: [{ url: "/fhir/Binary/1" }, { url: "/fhir/Binary/2" }] })],
    [/Binary/, () => Response.json(binary)],
  ];
  const seen: SeenJob = { state: "IN_PROGRESS", step: "fetch-resources", chunks: {} };
  const exports: ExportJobs = { looker: () => ({ look: async () => seen, end: () => {} }) };
  const edge = bareEdge({ ask: async (path) => answers.find(([is]) => is.test(path))?.[1]() as Response });
  const recorder = {
    ...{ run, now, event: () => {} },
    bulkExport: (more: readonly BulkExportLine[]) => void lines.push(...more),
  };
  const it = new DrillExport({ edge, exports: jobs ? exports : null }, recorder, spec, new AbortController().signal);
  return { it, lines };
}

test("the end line counts all recorded lines", async () => {
  const { it, lines } = course();
  await it.begin();
  await it.end();
  expect(lines.map(({ type }) => type).toSorted()).toEqual(
    ["kick-off", "poll", "job", "job", "file", "file", "resource", "resource", "end"].toSorted(),
  );
  expect(lines.at(-1)).toMatchObject({ type: "end", polls: 1, jobs: 2, listed: 2, files: 2, resources: 2 });
});

test("the drill fails when the export is not accepted or cannot be followed", async () => {
  await expect(course({ accepts: false }).it.begin()).rejects.toThrow("the bulk export was not accepted");
  await expect(course({ jobs: false }).it.begin()).rejects.toThrow("nobody can follow the bulk export");
});

test("the drill fails when the load would begin too late", async () => {
  const times = [0];
  const { it } = course({ now: () => times[0] as number });
  await it.begin();
  await new Promise(setImmediate);
  // The step was seen at 0, so a minute later it is over.
  times[0] = 70_000;
  await expect(it.untilDue()).rejects.toThrow("the export would have written its files before the first act");
  await it.stop();
});
