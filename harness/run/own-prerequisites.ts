/**
 * Prerequisites of a drill of somebody's own system: this machine's container engine, which also runs the load; or the
 * system's Kubernetes cluster, which runs the load, so that this machine only needs network access.
 */
import type { Generator } from "../load/generator.ts";
import { k6, placesBeside } from "../load/k6.ts";
import type { View } from "../model/console/view.ts";
import type { Kubernetes, OwnSystem } from "../model/plan/own-system.ts";
import type { ImageMode, NamedImages } from "../model/plan/settings.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { ImageUse, Step } from "../model/record/run.ts";
import type { System } from "../system/system.ts";
import { TTL_SECONDS } from "../systems/attached/attach.ts";
import { enginePlace } from "../systems/attached/engine-place.ts";
import type { FoundTarget } from "../systems/attached/find.ts";
import type { Journal } from "../systems/attached/journal.ts";
import { type Cluster, clusterOf } from "../systems/attached/kubernetes/cluster.ts";
import { isPod } from "../systems/attached/kubernetes/find-pods.ts";
import { clusterPlace } from "../systems/attached/kubernetes/place.ts";
import { removeAbandonedFrom } from "../systems/attached/kubernetes/remove-run.ts";
import { versionOf as versionOfCluster } from "../systems/attached/kubernetes/version.ts";
import type { Place } from "../systems/attached/place.ts";
import { type Engine, reachEngine, versionOf } from "../systems/lab/engine.ts";
import { clusterLoad } from "./cluster-load.ts";
import { prepareFooting } from "./set-up.ts";

/** Where the system's components are found, before anything is prepared; `null` for what it does not use. */
export interface Reach {
  engine: Engine | null;
  cluster: Cluster | null;
}

export interface OwnPrerequisites {
  engine: Engine | null;
  /** The image of helper containers; `null` if there are none. */
  tools: string | null;
  images: Record<string, ImageUse>;
  steps: Step[];
  /** The version of the engine or of the cluster, for the record. */
  on: { engine: string } | { kubernetes: string };
  place: (targets: readonly FoundTarget[], around: { run: string; journal: Journal }) => Place;
  generator: (system: System, load: { run: string; runners: number; signal: AbortSignal }) => Generator;
}

/** Connects to the engine only if the system has targets there. */
export async function reachOf({ kubernetes, targets }: OwnSystem): Promise<Reach> {
  if (kubernetes !== undefined) return { engine: null, cluster: clusterOf(kubernetes) };
  return { engine: Object.keys(targets).length > 0 ? await reachEngine() : null, cluster: null };
}

export interface Preparing {
  mode: ImageMode;
  named?: NamedImages | undefined;
  view: View;
  signal: AbortSignal;
}

export async function prepareOwn(
  { kubernetes }: OwnSystem,
  { cluster }: Reach,
  preparing: Preparing,
): Promise<OwnPrerequisites> {
  return kubernetes === undefined || cluster === null ? onEngine(preparing) : inCluster(cluster, kubernetes, preparing);
}

async function onEngine({ mode, named, view, signal }: Preparing): Promise<OwnPrerequisites> {
  const wanted = ["k6", "tools"] as const;
  const given = named === undefined ? {} : { named };
  const { engine, images, steps } = await prepareFooting({ mode, ...given, wanted }, view, signal);
  const tools = images.tools.name;
  return {
    ...{ engine, tools, images, steps, on: { engine: await versionOf(engine) } },
    place: (targets, around) => enginePlace(engine, targets, { ...around, engine, tools, ttlSeconds: TTL_SECONDS }),
    generator: (system, { runners }) => k6(placesBeside(system, runners), images.k6.name),
  };
}

/** The cluster's nodes have or pull the images: none are provided from here, so none are recorded. */
async function inCluster(
  cluster: Cluster,
  kubernetes: Kubernetes,
  { view, signal }: Preparing,
): Promise<OwnPrerequisites> {
  const removed = await removeAbandonedFrom(cluster).catch((error: unknown) => {
    view.say(`could not look for leftovers of killed drills: ${reasonOf(error)}`);
    return 0;
  });
  if (removed > 0) view.say(`removed leftovers of a killed drill: ${removed} objects in ${cluster.namespace}`);
  signal.throwIfAborted();
  return {
    ...{ engine: null, tools: null, images: {}, steps: [], on: { kubernetes: await versionOfCluster(cluster) } },
    place: (targets, around) =>
      clusterPlace(targets.filter(isPod), { ...around, cluster, kubernetes, ttlSeconds: TTL_SECONDS }),
    generator: ({ edge }, load) => clusterLoad({ ...load, cluster, kubernetes, edge }),
  };
}
