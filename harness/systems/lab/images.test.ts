/** Which image a component gets when the user names one. The fake engine only knows which images it has. */
import { expect, test } from "vitest";
import { IMAGE_MODES, type ImageMode, type NamedImages } from "../../model/plan/settings.ts";
import { DrillFailure } from "../../model/program/failure.ts";
import type { Engine } from "./engine.ts";
import { contentTag } from "./image-build.ts";
import { LAB_IMAGES, PATRONI_IMAGES, presentImages, provideImages } from "./images.ts";
import { fakeEngine } from "./testing/fake-engine.ts";

const BUILT = LAB_IMAGES.map(contentTag);
const PINNED = [
  "postgres:17.10",
  "hapiproject/hapi:v8.8.0-1",
  "grafana/k6:2.2.0",
  "ghcr.io/shopify/toxiproxy:2.12.0",
  "nginx:1.30.4",
];

function engineWith(...names: string[]): Engine {
  const getImage = (name: string) => ({
    inspect: async () => {
      if (names.includes(name)) return { Id: `id of ${name}` };
      throw new Error("no such image");
    },
  });
  const pull = async () => {
    throw new Error("no route to host");
  };
  return fakeEngine({ getImage, pull });
}

async function provided(mode: ImageMode, named: NamedImages, ...present: string[]) {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const images = await provideImages(engineWith(...present), { mode, named }, say, LAB_IMAGES).catch((error) => error);
  return { images, lines };
}

test.each(["auto", "build"] as const)(
  "--images %s: a named image that is present is used, even if our own build is present",
  async (mode) => {
    const { images } = await provided(mode, { postgres: "postgres:16.9" }, ...BUILT, "postgres:16.9");
    expect(images.postgres).toEqual({
      part: "postgres",
      name: "postgres:16.9",
      id: "id of postgres:16.9",
      origin: "pulled",
    });
    expect(images.hapi.origin).toBe("built");
  },
);

test("a named image that cannot be pulled is a failure: no other version is built in its place", async () => {
  const { images, lines } = await provided("auto", { postgres: "postgres:16.9" }, ...BUILT);
  expect(lines).toEqual(["images: 0 of 6 ready after 0 s; pulling postgres"]);
  expect(images).toBeInstanceOf(DrillFailure);
  expect(images.text).toEqual({
    what: "postgres:16.9 cannot be pulled",
    why: "the registry cannot be reached (no route to host)",
    todo: expect.stringMatching(/^check the network; .*docker pull postgres:16.9.*; or name another for postgres$/),
  });
});

test("a named image is not pulled if pulling is disabled", async () => {
  const { images, lines } = await provided("build", { k6: "grafana/k6:1.0.0" }, ...BUILT);
  expect(lines).toEqual([]);
  expect(images.text).toMatchObject({ what: "there is no image grafana/k6:1.0.0 on this machine" });
});

test("doctor does not mistake our own build for the named image", async () => {
  const images = await presentImages(engineWith(...BUILT), { nginx: "nginx:1.29" });
  expect([images.nginx, images.k6?.origin]).toEqual([null, "built"]);
});

test.each(IMAGE_MODES)("an unpublished image is always our own build, with --images %s", async (mode) => {
  const { images } = await provided(mode, {}, ...BUILT, ...PINNED);
  const { tools, ...others } = images;
  expect(tools).toMatchObject({ origin: "built", name: expect.stringMatching(/^fhirdrill\/tools:/) });
  const origins = new Set(Object.values<{ origin: string }>(others).map(({ origin }) => origin));
  expect(origins).toEqual(new Set([mode === "build" ? "built" : "pulled"]));
});

test("an unpublished image can be present, too", async () => {
  expect(await presentImages(engineWith(...BUILT), {})).toHaveProperty("tools.origin", "built");
});

test("the images of Patroni's lab are provided only for that lab", async () => {
  const engine = engineWith(...PATRONI_IMAGES.map(contentTag));
  const provide = (parts: typeof PATRONI_IMAGES) =>
    provideImages(engine, { mode: "build", named: {} }, () => {}, parts);
  expect(Object.keys(await provide(LAB_IMAGES)).toSorted()).toEqual([
    "hapi",
    "k6",
    "nginx",
    "postgres",
    "tools",
    "toxiproxy",
  ]);
  const { patroni, etcd, haproxy } = await provide(PATRONI_IMAGES);
  expect([patroni, etcd, haproxy].map(({ name }) => name)).toEqual(["patroni", "etcd", "haproxy"].map(contentTag));
});

test("an image that cannot be pulled is built, with the reason reported, and the others are pulled", async () => {
  const present = new Set<string>();
  const built: string[] = [];
  const dockerode = {
    getImage: (name: string) => ({
      inspect: async () => {
        if (present.has(name)) return { Id: `id of ${name}` };
        throw new Error("no such image");
      },
    }),
    pull: async (name: string) => {
      if (name.startsWith("grafana/k6")) throw new Error("(HTTP code 404) no such image - manifest unknown ");
      if (name.startsWith("ghcr.io")) throw new Error("(HTTP code 500) server error - toomanyrequests: enough ");
      present.add(name);
    },
    buildImage: async (_: object, { t, buildargs }: { t: string; buildargs: { BASE: string } }) => {
      built.push(`${t.split(":")[0]} on ${buildargs.BASE}`);
      present.add(t);
    },
    modem: { followProgress: (_: unknown, done: (error: null) => void) => done(null) },
  };
  const lines: string[] = [];
  const engine = fakeEngine(dockerode);
  const images = await provideImages(engine, { mode: "auto", named: {} }, (line) => lines.push(line), LAB_IMAGES);
  const origins = Object.fromEntries(Object.values(images).map(({ part, origin }) => [part, origin]));
  const pulled = { postgres: "pulled", hapi: "pulled", nginx: "pulled" };
  expect(origins).toEqual({ ...pulled, k6: "built", toxiproxy: "built", tools: "built" });
  const base = "on debian:trixie-slim";
  expect(built.toSorted()).toEqual([`fhirdrill/k6 ${base}`, `fhirdrill/tools ${base}`, `fhirdrill/toxiproxy ${base}`]);
  expect(lines.filter((line) => line.includes("cannot"))).toEqual([
    "grafana/k6:2.2.0 cannot be pulled: the registry does not have it (manifest unknown)",
    "ghcr.io/shopify/toxiproxy:2.12.0 cannot be pulled: the registry allows no more pulls for now (toomanyrequests: enough)",
  ]);
});
