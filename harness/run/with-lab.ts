/** Starts a lab, lends it to a function, and releases it whatever happens. */

import type { View } from "../model/console/view.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import type { SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { System } from "../system/system.ts";
import { startLab } from "../systems/lab/labs.ts";
import { saveLogs } from "../systems/lab/logs.ts";
import { orRecordWhy, quietly } from "./failed.ts";
import type { Recorder } from "./recorder.ts";
import { imageNames, type Prerequisites } from "./set-up.ts";

/** `use` gets the lab. Its logs are saved before it is removed. */
export async function withLab(
  prerequisites: Prerequisites,
  recorder: Recorder,
  { view, signal }: { view: View; signal: AbortSignal },
  use: (lab: System) => Promise<void>,
): Promise<void> {
  const { id, scenario, config } = recorder.run;
  const run = id.toLowerCase();
  const lab = await orRecordWhy(recorder, signal, () =>
    startLab(prerequisites.engine, {
      run,
      images: imageNames(prerequisites.images),
      golden: prerequisites.golden,
      config,
      smallDisks: sitesWith("disk-full", scenario),
      ownClocks: sitesWith("clock-skew", scenario),
      replicated: scenario.start.replicated,
      onStep: (name, done) => {
        view.step(name, done);
        if (done) recorder.update({ setup: [...recorder.run.setup, done] });
      },
      signal,
      beforeRemoval: () => saveLogs(prerequisites.engine, run, (name, text) => recorder.folder.writeLog(name, text)),
    }),
  );
  try {
    await use(lab);
  } finally {
    await release(lab, recorder);
  }
}

/** The sites with a fault of that kind, which needs something prepared there. */
function sitesWith(kind: "disk-full" | "clock-skew", { faults }: Scenario): SiteName[] {
  return faults.flatMap((fault) => (fault.kind === kind ? [fault.side] : []));
}

/** Saves the logs and releases the system. Never throws: the record matters more than leftovers. */
export async function release(lab: System, recorder: Recorder): Promise<void> {
  const note = (what: string) => (error: unknown) =>
    quietly(() => recorder.event({ type: "note", text: `${what}: ${reasonOf(error)}` }));
  const save = (name: string, text: Buffer) => recorder.folder.writeLog(name, text);
  await lab.saveLogs(save).catch(note("not all logs could be saved"));
  await lab.release().catch(note("not everything could be removed"));
}
