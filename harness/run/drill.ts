/**
 * One drill of the lab, from nothing to a verdict. The record is judged from disk, exactly as `check` judges it later.
 * Whatever happens, what was recorded is kept and what was started is removed.
 */
import { k6 } from "../load/k6.ts";
import type { View } from "../model/console/view.ts";
import type { Config } from "../model/plan/config.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import type { ImageMode, NamedImages, Prices } from "../model/plan/settings.ts";
import { startClock } from "../model/record/clock.ts";
import { freeBytes } from "../store/free-space.ts";
import { newRunFolder, RESULTS, requireWritable } from "../store/results.ts";
import type { System } from "../system/system.ts";
import { versionOf } from "../systems/lab/engine.ts";
import { capabilitiesOf, imagesFor } from "../systems/lab/labs.ts";
import { drillOn } from "./drill-on.ts";
import { whenAborted } from "./endings.ts";
import { quietly } from "./failed.ts";
import { type DrillResult, finish } from "./finish.ts";
import { newRun } from "./new-run.ts";
import { Recorder } from "./recorder.ts";
import { refuseWithoutRoom } from "./room.ts";
import { placesOf } from "./runner-places.ts";
import { preparePrerequisites } from "./set-up.ts";
import type { Slot } from "./slot.ts";
import { refuseUnsupported } from "./supported.ts";
import { withLab } from "./with-lab.ts";

export interface DrillOptions {
  scenario: Scenario;
  config: Config;
  seed: number;
  images: ImageMode;
  /** Used instead of the pinned images. */
  named: NamedImages;
  prices: Prices | null;
  command: string;
  view: View;
  /** Aborted with the reason: Ctrl-C, or a record that can no longer be written. */
  abort: AbortController;
  /** The drill's slot in a row of drills; absent for a single drill. */
  slot?: Slot;
  /** Called when everything is recorded, while the system is still up. */
  whileItStands?: (system: System, recorder: Recorder) => Promise<void>;
}

export async function drill(options: DrillOptions): Promise<DrillResult> {
  const { scenario, config, view, abort, slot, whileItStands } = options;
  const { signal } = abort;
  refuseUnsupported(scenario, capabilitiesOf(config));
  requireWritable();
  refuseWithoutRoom(scenario, freeBytes(RESULTS));
  const prerequisites = await preparePrerequisites(options.images, view, signal, options.named, imagesFor(config));
  signal.throwIfAborted();
  const run = newRun({ ...prerequisites, on: { engine: await versionOf(prerequisites.engine) } }, options);
  slot?.begun(run.id.toLowerCase());
  const folder = newRunFolder(scenario.name, config.name, run.id);
  const recorder = new Recorder({ folder, now: startClock(), run, view, abort: (reason) => abort.abort(reason) });
  try {
    await withLab(prerequisites, recorder, { view, signal }, async (system) => {
      if (slot) await untilTurn(slot, recorder, signal);
      await drillOn(system, recorder, {
        ...{ generator: k6(placesOf(system, scenario, config), prerequisites.images.k6.name), view, signal },
        measured: slot?.measured,
        whileItStands: () => whileItStands?.(system, recorder),
      });
    });
  } catch (error) {
    quietly(() => finish(folder));
    throw error;
  } finally {
    // Failures here need no report: a record without a seal is not trusted, and one that is not packed stays as it was.
    quietly(() => folder.seal());
    quietly(() => folder.pack());
  }
  return finish(folder);
}

/** Waits for the drill's turn. The wait, during which the system stands idle, is recorded as a setup step. */
async function untilTurn({ turn }: Slot, recorder: Recorder, signal: AbortSignal): Promise<void> {
  const beganMs = recorder.now();
  await Promise.race([turn, whenAborted(signal)]);
  const tookMs = Math.round(recorder.now() - beganMs);
  recorder.update({ setup: [...recorder.run.setup, { step: "end of the drill before", tookMs }] });
}
