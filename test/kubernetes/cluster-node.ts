/** A Kubernetes cluster for tests: a node of ours, started as a container, or a named existing cluster. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, KubeConfig, type KubernetesObject } from "@kubernetes/client-node";
import type { Say } from "../../harness/model/console/say.ts";
import { until } from "../../harness/system/waiting.ts";
import { type Engine, reachEngine } from "../../harness/systems/lab/engine.ts";
import { removeAbandoned } from "../../harness/systems/lab/ownership.ts";
import { applyManifests } from "./apply.ts";
import { type ForPods, imagesOfDrills, testImage } from "./images.ts";
import { importImages } from "./import-images.ts";
import { startNodeContainer } from "./node-container.ts";

export interface Node {
  /** The path of a kubeconfig that has this context. */
  kubeconfig: string;
  context: string;
  /** Where NodePorts answer from this machine. */
  address: string;
  /** With the context as the current one. */
  config: KubeConfig;
  /**
   * Creates or changes the objects of a YAML text, in their order; those that name no namespace are put into
   * `namespace`. Resolves when the API server has them, not when they are ready.
   */
  apply: (yaml: string, namespace?: string) => Promise<KubernetesObject[]>;
}

/** A node of ours, with imported images. */
export interface OwnNode extends Node {
  engine: Engine;
  /** The engine's name of it. */
  container: string;
  bring: (images: ForPods[]) => Promise<void>;
  /** Runs a program in the node's container. */
  run: (argv: string[]) => Promise<string>;
  stop: () => Promise<void>;
}

const READY_DEADLINE_MS = 60_000;

/** Resolves when the node is ready and has the images that drills start in a cluster. */
export async function startOwnNode(say: Say): Promise<OwnNode> {
  const engine = await reachEngine();
  // Left behind by killed tests.
  await removeAbandoned(engine);
  const image = await testImage(engine, "kubernetes", say);
  const container = await startNodeContainer(engine, image, `fhirdrill-kubernetes-${process.pid}`);
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-kubeconfig-"));
  const stop = async () => {
    await container.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    const kubeconfig = join(folder, "config");
    writeFileSync(kubeconfig, container.kubeconfig, { mode: 0o600 });
    const node = nodeOf(kubeconfig, "node", container.address);
    const bring = (images: ForPods[]) => importImages(engine, container, images);
    await bring(await imagesOfDrills(engine, say));
    await until({ what: "the node to be ready", deadlineMs: READY_DEADLINE_MS }, async () => {
      const { items } = await node.config.makeApiClient(CoreV1Api).listNode();
      return items.some(({ status }) =>
        status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
      );
    });
    return { ...node, engine, bring, stop, container: container.name, run: container.run };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The cluster of that context, found as kubectl finds it. */
export async function namedNode(context: string): Promise<Node> {
  const kubeconfig = process.env.KUBECONFIG ?? join(homedir(), ".kube/config");
  const { items } = await nodeOf(kubeconfig, context, "").config.makeApiClient(CoreV1Api).listNode();
  const address = items[0]?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address;
  if (address === undefined) throw new Error(`the first node of ${context} has no address`);
  return nodeOf(kubeconfig, context, address);
}

function nodeOf(kubeconfig: string, context: string, address: string): Node {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  const apply: Node["apply"] = (yaml, namespace = "default") => applyManifests(config, yaml, namespace);
  return { kubeconfig, context, address, config, apply };
}
