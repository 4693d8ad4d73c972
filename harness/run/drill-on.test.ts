import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fakeRun } from "../check/testing/fake-run.ts";
import { k6, placesBeside } from "../load/k6.ts";
import { Interrupted } from "../model/program/failure.ts";
import { readRecord } from "../record/read-record.ts";
import { RunFolder } from "../store/run-folder.ts";
import { bareSystem } from "../system/testing/bare-system.ts";
import { drillOn } from "./drill-on.ts";
import { Recorder } from "./recorder.ts";

test("the system's capabilities are recorded before anything is done to it", async () => {
  const path = mkdtempSync(join(tmpdir(), "fhirdrill-drill-on-"));
  try {
    const folder = new RunFolder(path);
    folder.create();
    const { run } = fakeRun();
    const scenario = { ...run.scenario, faults: [], orders: [], disaster: null };
    const view = { say: () => {}, step: () => {}, event: () => {}, live: () => {} };
    const recorder = new Recorder({ folder, now: () => 0, run: { ...run, scenario }, view, abort: () => {} });
    const system = bareSystem({ capabilities: new Set(["links", "postgres"]) });
    const signal = AbortSignal.abort(new Interrupted());
    const drilled = drillOn(system, recorder, { generator: k6(placesBeside(system), "none"), view, signal });
    await expect(drilled).rejects.toThrow(Interrupted);
    expect(readRecord(folder.readFiles()).run.capabilities).toEqual(["links", "postgres"]);
  } finally {
    rmSync(path, { recursive: true });
  }
});
