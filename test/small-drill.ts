/** A topology and a short drill on it, for tests: real components, a record in a temporary folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge } from "../harness/check/judge.ts";
import { k6 } from "../harness/load/k6.ts";
import type { View } from "../harness/model/console/view.ts";
import { programOf, RUNNER_NAMES } from "../harness/model/load/runners.ts";
import type { Config } from "../harness/model/plan/config.ts";
import type { Scenario } from "../harness/model/plan/scenario.ts";
import { type Clock, startClock } from "../harness/model/record/clock.ts";
import type { DrillEvent } from "../harness/model/record/event.ts";
import type { RunRecord } from "../harness/model/record/record.ts";
import type { Verdict } from "../harness/model/verdict/verdict.ts";
import { readRecord } from "../harness/record/read-record.ts";
import { drillOn as drill } from "../harness/run/drill-on.ts";
import { newRun } from "../harness/run/new-run.ts";
import { Recorder } from "../harness/run/recorder.ts";
import { placesOf } from "../harness/run/runner-places.ts";
import { imageNames, type Prerequisites, preparePrerequisites } from "../harness/run/set-up.ts";
import { RunFolder } from "../harness/store/run-folder.ts";
import { until } from "../harness/system/waiting.ts";
import { containerName } from "../harness/systems/lab/container.ts";
import { versionOf } from "../harness/systems/lab/engine.ts";
import { dockerOf } from "../harness/systems/lab/engine-client.ts";
import { imagesFor, startLab } from "../harness/systems/lab/labs.ts";
import type { Topology, TopologyOptions } from "../harness/systems/lab/topology.ts";

const silent: View = { say: (line) => console.log(line), step: () => {}, event: () => {}, live: () => {} };

export interface Started {
  prerequisites: Prerequisites;
  topology: Topology;
}

export async function startForTest(
  config: Config,
  start: Partial<Pick<TopologyOptions, "smallDisks" | "ownClocks" | "replicated">> = {},
): Promise<Started> {
  const prerequisites = await preparePrerequisites("auto", silent, undefined, {}, imagesFor(config));
  const run = `test-${process.pid}-${Date.now().toString(36)}`;
  const { images, golden, engine } = prerequisites;
  const order = { run, images: imageNames(images), golden, config, ...start, onStep: () => {} };
  return { prerequisites, topology: await startLab(engine, order) };
}

/** For tests that act while the load runs. */
export interface Beside {
  topology: Topology;
  now: Clock;
  /** Resolves with the first event of the drill, past or future, for which `is` is true. */
  told: (is: (event: DrillEvent) => boolean) => Promise<DrillEvent>;
}

interface DrillForTest {
  scenario: Scenario;
  config: Config;
  seed: number;
  beside?: (drill: Beside) => Promise<void>;
  /** Its failure is in its record, which the test examines. */
  mayFail?: true;
}

export async function drillOn(
  topology: Topology,
  prerequisites: Prerequisites,
  what: DrillForTest,
): Promise<{ verdict: Verdict; record: RunRecord }> {
  const path = mkdtempSync(join(tmpdir(), "fhirdrill-test-"));
  const folder = new RunFolder(path);
  folder.create();
  const abort = new AbortController();
  const { signal } = abort;
  const run = newRun(
    { ...prerequisites, on: { engine: await versionOf(prerequisites.engine) } },
    { ...what, command: "a test" },
  );
  const now = startClock();
  const events: DrillEvent[] = [];
  const view: View = { ...silent, event: (event) => events.push(event) };
  const recorder = new Recorder({ folder, now, run, view, abort: (reason) => abort.abort(reason) });
  const waiting = { what: "an event of the drill", deadlineMs: 120_000, everyMs: 20, signal };
  const told: Beside["told"] = (is) => until(waiting, async () => events.find(is) ?? null);
  const beside = what.beside?.({ topology, now, told }).catch((error) => abort.abort(error));
  try {
    const places = placesOf(topology, what.scenario, what.config);
    await drill(topology, recorder, { generator: k6(places, prerequisites.images.k6.name), view, signal, beside });
  } catch (error) {
    if (!what.mayFail) throw error;
  } finally {
    // Another drill may follow on the same topology, with its own load.
    for (const runner of RUNNER_NAMES) {
      const name = containerName(topology.run, programOf(runner));
      const container = dockerOf(topology.engine).getContainer(name);
      await container.remove({ force: true }).catch(() => {});
    }
  }
  folder.seal();
  const record = readRecord(folder.readFiles());
  rmSync(path, { recursive: true });
  return { verdict: judge(record), record };
}
