/**
 * The images of the node's containers. A pod names the published image; on our own node, it gets the image of the lab,
 * or one that is built only for these tests, so that no lab waits for it.
 */
import type { Say } from "../../harness/model/console/say.ts";
import { baseImage } from "../../harness/systems/lab/base-image.ts";
import type { Engine } from "../../harness/systems/lab/engine.ts";
import { dockerOf } from "../../harness/systems/lab/engine-client.ts";
import { buildImage, contentTag } from "../../harness/systems/lab/image-build.ts";
import { Pulls } from "../../harness/systems/lab/image-pull.ts";
import { provideImages } from "../../harness/systems/lab/images.ts";

/** Folders in `docker/`. */
export type TestImage = "kubernetes" | "cloudnative-pg" | "cloudnative-pg-postgres";

/** An image on this machine's engine, and the name by which pods ask for it. */
export interface ForPods {
  /** The engine's name of it. */
  image: string;
  published: string;
}

/** The engine's name of it; built if it is not there, and never pulled. */
export async function testImage(engine: Engine, part: TestImage, say: Say): Promise<string> {
  const name = contentTag(part);
  const isThere = await dockerOf(engine)
    .getImage(name)
    .inspect()
    .then(() => true)
    .catch(() => false);
  if (!isThere) {
    say(`building the image for ${part}`);
    await buildImage(engine, { part, name, base: await baseImage(engine, new Pulls(engine), say) });
  }
  return name;
}

/** Images that a drill itself starts in a cluster. */
export async function imagesOfDrills(engine: Engine, say: Say): Promise<ForPods[]> {
  const { k6, tools } = await provideImages(engine, { mode: "auto", named: {} }, say, ["k6", "tools"]);
  return [
    { image: k6.name, published: "grafana/k6:2.2.0" },
    { image: tools.name, published: "nicolaka/netshoot:v0.14" },
  ];
}

/** CloudNativePG's operator. */
export async function imageOfOperator(engine: Engine, say: Say): Promise<ForPods> {
  return {
    image: await testImage(engine, "cloudnative-pg", say),
    published: "ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0",
  };
}

/** Images of `examples/kubernetes`. */
export async function imagesOfExample(engine: Engine, say: Say): Promise<ForPods[]> {
  const { hapi } = await provideImages(engine, { mode: "auto", named: {} }, say, ["hapi"]);
  const postgres = await testImage(engine, "cloudnative-pg-postgres", say);
  return [
    { image: hapi.name, published: "hapiproject/hapi:v8.8.0-1" },
    { image: postgres, published: "ghcr.io/cloudnative-pg/postgresql:17.10-standard-trixie" },
  ];
}
