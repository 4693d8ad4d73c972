/**
 * Prerequisites of a drill: engine and images, and for a lab the golden schema. Each step is timed.
 */
import { join } from "node:path";
import { SCRIPT_FOLDERS } from "../load/k6.ts";
import type { View } from "../model/console/view.ts";
import type { ImageMode, NamedImages } from "../model/plan/settings.ts";
import { COMMAND } from "../model/program/built.ts";
import type { ImageUse, Step } from "../model/record/run.ts";
import { CACHE, RESULTS } from "../store/results.ts";
import { RunFolder } from "../store/run-folder.ts";
import type { Engine } from "../systems/lab/engine.ts";
import { requireEngine } from "../systems/lab/engine-start.ts";
import { type Golden, goldenSchema } from "../systems/lab/golden.ts";
import { type AnyImage, LAB_IMAGES, provideImages } from "../systems/lab/images.ts";
import type { ImagesOf } from "../systems/lab/labs.ts";
import { saveLogs } from "../systems/lab/logs.ts";
import { removeAbandoned } from "../systems/lab/ownership.ts";
import { requireReach } from "../systems/lab/reach.ts";
import { stepper } from "../systems/lab/step.ts";
import type { ImageKey } from "../systems/lab/topology.ts";

/** The prerequisites of any drill. */
export interface Footing<Part extends AnyImage> {
  engine: Engine;
  images: Record<Part, ImageUse>;
  steps: Step[];
}

/** The prerequisites of a lab. */
export interface Prerequisites extends Omit<Footing<ImageKey>, "images"> {
  images: ImagesOf<ImageUse>;
  golden: Golden;
}

export async function prepareFooting<Part extends AnyImage>(
  { mode, named = {}, wanted }: { mode: ImageMode; named?: NamedImages; wanted: readonly (Part | "tools")[] },
  view: View,
  signal?: AbortSignal,
): Promise<Footing<Part | "tools">> {
  const steps: Step[] = [];
  const step = steppedInto(steps, view, signal);
  const engine = await step("engine", () => requireEngine(view.say));
  await step("left-overs", async () => {
    const removed = await removeAbandoned(engine);
    if (removed.containers + removed.networks + removed.volumes > 0) {
      view.say(`removed leftovers of a killed drill: ${removed.containers} containers, ${removed.networks} networks`);
    }
    if (removed.unknown.length > 0)
      view.say(
        `not removed: leftovers of ${removed.unknown.length} runs that may still be running; \`${COMMAND} clean\` names them`,
      );
  });
  const images = await step("images", () => provideImages(engine, { mode, named }, view.say, wanted, signal));
  await step("reach", () =>
    requireReach(engine, images.tools.name, { results: RESULTS, scripts: SCRIPT_FOLDERS }, signal),
  );
  return { engine, images, steps };
}

export async function preparePrerequisites(
  mode: ImageMode,
  view: View,
  signal?: AbortSignal,
  named: NamedImages = {},
  wanted: readonly AnyImage[] = LAB_IMAGES,
): Promise<Prerequisites> {
  const { engine, images, steps } = await prepareFooting<AnyImage>({ mode, named, wanted }, view, signal);
  const step = steppedInto(steps, view, signal);
  // No run with a folder exists yet, so the logs go to the cache.
  const keepLogs = async (run: string) => {
    const folder = new RunFolder(join(CACHE, run));
    folder.create();
    await saveLogs(engine, run, (name, text) => folder.writeLog(name, text));
    return join(folder.path, "logs");
  };
  const golden = await step("golden schema", () => goldenSchema(engine, images, CACHE, view.say, keepLogs, signal));
  return { engine, images, golden, steps };
}

function steppedInto(steps: Step[], view: View, signal: AbortSignal | undefined) {
  return stepper((name, done) => {
    if (done) steps.push(done);
    view.step(name, done);
  }, signal);
}

export function imageNames(images: ImagesOf<ImageUse>): ImagesOf<string> {
  return Object.fromEntries(Object.entries(images).map(([key, image]) => [key, image.name])) as ImagesOf<string>;
}
