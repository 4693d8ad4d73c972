/**
 * One drill, from nothing to a verdict. The record is judged from disk, exactly as `check` will judge it later.
 * Whatever happens on the way, what was recorded is kept and what was started is removed.
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
  /** Among many; alone without one. */
  slot?: Slot;
  /** Called when all is recorded, while the system still stands. */
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
    // A record without a seal is not believed, so a failure to make one need not be reported as well; nor is one to pack it,
    // which leaves it as it was.
    quietly(() => folder.seal());
    quietly(() => folder.pack());
  }
  return finish(folder);
}

/** How long a system stood before anything was asked of it is in its record, as a step. */
async function untilTurn({ turn }: Slot, recorder: Recorder, signal: AbortSignal): Promise<void> {
  const beganMs = recorder.now();
  await Promise.race([turn, whenAborted(signal)]);
  const tookMs = Math.round(recorder.now() - beganMs);
  recorder.update({ setup: [...recorder.run.setup, { step: "end of the drill before", tookMs }] });
}
