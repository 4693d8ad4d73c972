/**
 * The load in the system's own cluster: started there as a Job or a TestRun, with its files fetched whole, so that it
 * is judged like any other.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoadOptions } from "../../model/load/ledger.ts";
import { RUNNER_NAMES } from "../../model/load/runners.ts";
import type { Kubernetes } from "../../model/plan/own-system.ts";
import { loadTimes } from "../../model/plan/scenario.ts";
import type { Edge } from "../../system/edge.ts";
import type { Cluster } from "../../systems/attached/kubernetes/cluster.ts";
import type { Marks } from "../../systems/attached/kubernetes/marks.ts";
import type { Generator, LoadTask, RunningLoad } from "../generator.ts";
import { loadOptions, PATIENCE_SECONDS, validForMs } from "../load-options.ts";
import { inPod, type RunnerInPod } from "./in-pod.ts";
import { type Contents, create, manifestOf, remove } from "./objects.ts";
import { CA_KEY, type ClusterOptions, inData, OPTIONS_KEY, RESOURCES_KEY, SUMMARY } from "./options.ts";
import { endsOf, whenAllRun } from "./runner-pods.ts";
import { podsOf } from "./runners-of.ts";
import { scripts } from "./scripts.ts";
import { within } from "./within.ts";

/** For the pods' start, and for fetching and healing after the load. */
const AROUND_SECONDS = 1800;
const REMOVE_MS = 45_000;
const CHECKS = 60;
const CHECK_EVERY_MS = 500;
/** For k6, when its pod is removed while it still runs. */
const GRACE_SECONDS = 1;

export interface KubernetesLoad {
  cluster: Cluster;
  kubernetes: Pick<Kubernetes, "images" | "load">;
  name: string;
  marks: Marks;
  runners: number;
  /** With the address for pods. */
  fromBeside: Edge["fromBeside"];
  signal: AbortSignal;
}

export function kubernetesLoad(options: KubernetesLoad): Generator {
  let begun: { options: ClusterOptions; folder: string; runners: RunnerInPod[] } | null = null;
  const over = new AbortController();
  return {
    runners: RUNNER_NAMES.slice(0, options.runners),
    start: async (task) => {
      const { contents, of } = await prepared(options, task);
      const { cluster, kubernetes, signal } = options;
      begun = { options: of, folder: task.folder, runners: [] };
      const { file, text } = manifestOf(kubernetes.load, of);
      await writeFile(join(task.folder, file), text);
      await create(cluster, kubernetes.load, of, contents);
      const pods = podsOf(cluster, kubernetes.load, of);
      const found = await whenAllRun(pods, AbortSignal.any([signal, over.signal]));
      const ends = endsOf(found, pods, over.signal);
      const runners = found.map((pod, i) => inPod({ cluster, pod, end: ends[i] as Promise<number>, task }));
      begun.runners = runners;
      return runners;
    },
    end: async () => {
      if (begun === null) return;
      const { options: of, folder, runners } = begun;
      begun = null;
      await Promise.all(runners.map((each) => saveLog(each, folder).catch(() => {})));
      over.abort();
      await Promise.all(runners.map(({ leave }) => leave()));
      await within(REMOVE_MS, "removing it", removed(options.cluster, options.kubernetes.load, of));
    },
  };
}

async function prepared(options: KubernetesLoad, task: LoadTask): Promise<{ contents: Contents; of: ClusterOptions }> {
  const { cluster, kubernetes, name, marks, runners, fromBeside } = options;
  const { ca, headers, baseUrl } = await fromBeside(validForMs(task));
  const { data, items } = scripts();
  const script: LoadOptions = loadOptions(task, {
    ...{ runners, baseUrl, headers: {} },
    ...{ resources: inData(RESOURCES_KEY), summary: SUMMARY },
  });
  const { resources } = task.scenario.load;
  const hasHeaders = Object.keys(headers).length > 0;
  return {
    contents: {
      scripts: data,
      data: {
        [OPTIONS_KEY]: JSON.stringify(script),
        ...(resources ? { [RESOURCES_KEY]: JSON.stringify(resources) } : {}),
        ...(ca === undefined ? {} : { [CA_KEY]: await readFile(ca, "utf8") }),
      },
      headers: hasHeaders ? headers : null,
    },
    of: {
      ...{ name, namespace: cluster.namespace, images: kubernetes.images, runners, marks, items },
      ...{ hasHeaders, hasCa: ca !== undefined },
      deadlineSeconds: Math.ceil(AROUND_SECONDS + PATIENCE_SECONDS + loadTimes(task.scenario).end),
    },
  };
}

async function saveLog({ log, program }: RunningLoad, folder: string): Promise<void> {
  await mkdir(join(folder, "logs"), { recursive: true });
  await writeFile(join(folder, "logs", `${program}.log`), await log());
}

/** Resolves when its pods are gone as well, so that the next drill does not meet them. */
async function removed(cluster: Cluster, how: Kubernetes["load"], of: ClusterOptions): Promise<void> {
  const { namespace } = of;
  const { list } = podsOf(cluster, how, of);
  // Pods first: removed with their owner, they would get half a minute, which cannot be shortened then.
  const pods = await list().catch(() => []);
  const gone = { namespace, gracePeriodSeconds: GRACE_SECONDS };
  const going = pods.map(({ metadata }) => cluster.core.deleteNamespacedPod({ ...gone, name: metadata?.name ?? "" }));
  await Promise.allSettled(going);
  await remove(cluster, how, of);
  for (let round = 0; (await list()).length > 0; round += 1) {
    if (round === CHECKS) throw new Error(`${of.name}: its pods are still there`);
    await sleep(CHECK_EVERY_MS);
  }
}
