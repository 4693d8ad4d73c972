/**
 * The images of a lab: local, else pulled, else built from package registries. Other code does not depend on which: a
 * built image honours the published one's contract. `run.json` records the origin.
 *
 * An image that the user names replaces the published one and is never built: a built image has the pinned version, but
 * the drill would be taken for one of the named version.
 */

import type { Say } from "../../model/console/say.ts";
import type { ImageMode, NamedImages } from "../../model/plan/settings.ts";
import type { Guards } from "../../model/plan/vault.ts";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import type { ImageUse } from "../../model/record/run.ts";
import { baseImage } from "./base-image.ts";
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";
import { buildImage, contentTag } from "./image-build.ts";
import { ImageProgress } from "./image-progress.ts";
import { Pulls } from "./image-pull.ts";
import type { ImageKey } from "./topology.ts";

/**
 * Published images, pinned; those that take longest to build come early. `docker/` builds the same versions, except
 * Debian's nginx. `null`: not published, always built.
 */
const PUBLISHED: Record<AnyImage, string | null> = {
  postgres: "postgres:17.10",
  hapi: "hapiproject/hapi:v8.8.0-1",
  k6: "grafana/k6:2.2.0",
  toxiproxy: "ghcr.io/shopify/toxiproxy:2.12.0",
  nginx: "nginx:1.30.4",
  tools: null,
  // Others publish Patroni only in images with names and settings of their own.
  patroni: null,
  etcd: "quay.io/coreos/etcd:v3.5.16",
  haproxy: "haproxy:3.0.11",
  mosquitto: "eclipse-mosquitto:2.0.21",
  bridge: null,
  coredns: "coredns/coredns:1.15.0",
  openbao: "openbao/openbao:2.7.2",
  "encrypted-postgres": null,
};

/** Needed only for a lab with Patroni, devices, client networks or a vault: other labs do not wait for them. */
const OF_PATRONI = ["patroni", "etcd", "haproxy"] as const;
export const OF_DEVICES = ["mosquitto", "bridge"] as const;
export const OF_PRIVATE_LINK = ["coredns"] as const;
const OF_VAULT = ["openbao", "encrypted-postgres"] as const;
/** Only a vault that guards data needs databases that encrypt their data directory. */
export const OF_GUARDED: Record<Guards, readonly (typeof OF_VAULT)[number][]> = { data: OF_VAULT, access: ["openbao"] };
const OF_EXTENSIONS = [...OF_DEVICES, ...OF_PRIVATE_LINK, ...OF_VAULT] as const;
export type AnyImage = ImageKey | (typeof OF_PATRONI)[number] | (typeof OF_EXTENSIONS)[number];

const ALL = Object.keys(PUBLISHED) as AnyImage[];
const isOneOf = (parts: readonly string[], part: AnyImage) => parts.includes(part);
export type PatroniImage = Exclude<AnyImage, (typeof OF_EXTENSIONS)[number]>;
export const PATRONI_IMAGES = ALL.filter((part): part is PatroniImage => !isOneOf(OF_EXTENSIONS, part));
export const LAB_IMAGES = PATRONI_IMAGES.filter((part): part is ImageKey => !isOneOf(OF_PATRONI, part));

export interface ImageChoice {
  mode: ImageMode;
  named: NamedImages;
}

/** Simultaneous builds: some wait for the network while others compute. */
const AT_ONCE = 2;

/** Provides the images of these components, ready to start; reports long steps to `say`. */
export async function provideImages<Wanted extends AnyImage>(
  engine: Engine,
  choice: ImageChoice,
  say: Say,
  parts: readonly Wanted[],
  signal?: AbortSignal,
): Promise<Record<Wanted, ImageUse>> {
  const pulls = choice.mode === "build" ? null : new Pulls(engine);
  const progress = new ImageProgress(parts.length, say);
  let made: Promise<string> | undefined;
  const base = () => (made ??= baseImage(engine, pulls, say, signal));
  const images: Partial<Record<AnyImage, ImageUse>> = {};
  const get = async (part: AnyImage) => {
    signal?.throwIfAborted();
    images[part] = await provide(engine, part, { choice, pulls, base, progress, say, signal });
    progress.ready(part);
  };
  try {
    // The first goes alone: it shows whether its registry answers, which most others share.
    const [first, ...rest] = parts;
    await get(first as Wanted);
    await inParallel(rest, get);
  } finally {
    progress.end();
  }
  return images as Record<Wanted, ImageUse>;
}

/** Throws a failure only when no work is in progress any more; the remaining items are skipped. */
async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const worker = async () => {
    for (let item = items.shift(); item !== undefined; item = items.shift()) {
      await work(item).catch((error) => {
        items.length = 0;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failed = ended.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
}

/** The images that are present now; pulls and builds nothing. */
export async function presentImages(engine: Engine, named: NamedImages): Promise<Record<ImageKey, ImageUse | null>> {
  const images: Partial<Record<ImageKey, ImageUse | null>> = {};
  for (const part of LAB_IMAGES) images[part] = await local(engine, part, { mode: "auto", named });
  return images as Record<ImageKey, ImageUse | null>;
}

interface Providing {
  choice: ImageChoice;
  /** `null`: pull nothing. */
  pulls: Pulls | null;
  /** The name of the base image for builds. */
  base: () => Promise<string>;
  progress: ImageProgress;
  say: Say;
  signal: AbortSignal | undefined;
}

async function provide(engine: Engine, part: AnyImage, providing: Providing): Promise<ImageUse> {
  const { choice, pulls, base, progress, say, signal } = providing;
  const present = await local(engine, part, choice);
  if (present) return present;
  const named = namedFor(part, choice.named);
  const published = named ?? PUBLISHED[part];
  if (published !== null && pulls) {
    try {
      progress.begin(part, "pulling");
      await pulls.pull(published, signal);
      return { part, name: published, id: await idOf(engine, published), origin: "pulled" };
    } catch (error) {
      signal?.throwIfAborted();
      if (choice.mode === "pull" || named) {
        const otherwise = named ? `name another for ${part}` : "let the images be built: --images build";
        throw new DrillFailure({
          what: `${published} cannot be pulled`,
          why: reasonOf(error),
          todo: `check the network; if it needs a login, which fhirdrill does not use, pull it yourself (docker pull ${published}); or ${otherwise}`,
        });
      }
      say(`${published} cannot be pulled: ${reasonOf(error)}`);
    }
  }
  if (named) {
    throw new DrillFailure({
      what: `there is no image ${named} on this machine`,
      why: `it is named for ${part}, named images are never built, and pulling is disabled`,
      todo: `pull it, or name another for ${part}`,
    });
  }
  const name = contentTag(part);
  progress.begin(part, "building");
  await buildImage(engine, { part, name, base: await base(), signal });
  return { part, name, id: await idOf(engine, name), origin: "built" };
}

async function local(engine: Engine, part: AnyImage, { mode, named }: ImageChoice): Promise<ImageUse | null> {
  const own = namedFor(part, named);
  const published = own ?? PUBLISHED[part];
  const candidates: { name: string; origin: ImageUse["origin"] }[] = [];
  if (published !== null && (own || mode !== "build")) candidates.push({ name: published, origin: "pulled" });
  if (!own && (published === null || mode !== "pull")) candidates.push({ name: contentTag(part), origin: "built" });
  for (const { name, origin } of candidates) {
    const id = await idOf(engine, name).catch(() => null);
    if (id !== null) return { part, name, id, origin };
  }
  return null;
}

function namedFor(part: AnyImage, named: NamedImages): string | undefined {
  return (named as Partial<Record<AnyImage, string>>)[part];
}

async function idOf(engine: Engine, name: string): Promise<string> {
  return (await dockerOf(engine).getImage(name).inspect()).Id;
}
