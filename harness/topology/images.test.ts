import { expect, test } from "vitest";
import type { Engine } from "./engine.ts";
import { IMAGE_MODES, presentImages, provideImages } from "./images.ts";

/** Has every image that it is asked for, under any name. */
const engine = {
  container: { dockerode: { getImage: (name: string) => ({ inspect: async () => ({ Id: `id of ${name}` }) }) } },
} as unknown as Engine;

const origins = (images: Record<string, { origin: string } | null>) =>
  Object.fromEntries(Object.entries(images).map(([part, image]) => [part, image?.origin]));

test.each(IMAGE_MODES)("what nobody publishes is our own build, whatever the others are: %s", async (mode) => {
  const { netfilter, ...others } = await provideImages(engine, mode, () => {});
  expect(netfilter).toMatchObject({ origin: "built", name: expect.stringMatching(/^fhirdrill\/netfilter:/) });
  const origin = mode === "build" ? "built" : "pulled";
  expect(origins(others)).toEqual({ postgres: origin, hapi: origin, k6: origin, toxiproxy: origin, nginx: origin });
});

test("it is among what can be present", async () => {
  expect(await presentImages(engine)).toHaveProperty("netfilter.origin", "built");
});
