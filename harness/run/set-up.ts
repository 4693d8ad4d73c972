/** Everything that must stand before the first write: engine, images, schema, topology. Each step is timed. */
import type { ImageUse, Step } from "../model/run.ts";
import type { NamedImages } from "../model/settings.ts";
import type { View } from "../model/view.ts";
import { CACHE } from "../store/results.ts";
import { type Engine, requireEngine } from "../topology/engine.ts";
import { type Golden, goldenSchema } from "../topology/golden.ts";
import { type ImageMode, provideImages } from "../topology/images.ts";
import { removeAbandoned } from "../topology/ownership.ts";
import type { Part } from "../topology/topology.ts";

export interface Ground {
  engine: Engine;
  images: Record<Part, ImageUse>;
  golden: Golden;
  steps: Step[];
}

export async function prepareGround(
  mode: ImageMode,
  view: View,
  signal?: AbortSignal,
  named: NamedImages = {},
): Promise<Ground> {
  const steps: Step[] = [];
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    signal?.throwIfAborted();
    view.step(name);
    const beganMs = performance.now();
    const result = await work();
    const done = { step: name, tookMs: Math.round(performance.now() - beganMs) };
    steps.push(done);
    view.step(name, done);
    return result;
  };
  const engine = await step("engine", () => requireEngine(view.say));
  await step("left-overs", async () => {
    const removed = await removeAbandoned(engine);
    if (removed.containers + removed.networks + removed.volumes > 0) {
      view.say(`removed what a killed drill had left: ${removed.containers} containers, ${removed.networks} networks`);
    }
  });
  const images = await step("images", () => provideImages(engine, { mode, named }, view.say, signal));
  const golden = await step("golden schema", () => goldenSchema(engine, images, CACHE, view.say, signal));
  return { engine, images, golden, steps };
}

export function imageNames(images: Record<Part, ImageUse>): Record<Part, string> {
  return Object.fromEntries(Object.entries(images).map(([part, image]) => [part, image.name])) as Record<Part, string>;
}
