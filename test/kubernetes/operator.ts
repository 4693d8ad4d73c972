/** CloudNativePG's operator, from the manifest of its release. */
import { Readable } from "node:stream";
import { AppsV1Api } from "@kubernetes/client-node";
import { until } from "../../harness/system/waiting.ts";
import type { Engine } from "../../harness/systems/lab/engine.ts";
import { dockerOf } from "../../harness/systems/lab/engine-client.ts";
import { filesInTar } from "../../harness/systems/lab/tar.ts";
import type { Node } from "./cluster-node.ts";

const OPERATOR = { name: "cnpg-controller-manager", namespace: "cnpg-system" };
const READY_DEADLINE_MS = 180_000;

/**
 * Resolves when it creates databases: before that, the API server refuses them. `image`: the engine's name of its
 * image, which has the manifest.
 */
export async function installOperator(engine: Engine, node: Node, image: string): Promise<void> {
  // Images of our node cannot be pulled.
  const manifest = (await manifestIn(engine, image)).replace(
    "imagePullPolicy: Always",
    "imagePullPolicy: IfNotPresent",
  );
  await node.apply(manifest);
  const apps = node.config.makeApiClient(AppsV1Api);
  await until({ what: "CloudNativePG's operator", deadlineMs: READY_DEADLINE_MS, everyMs: 500 }, async () => {
    const { status } = await apps.readNamespacedDeployment(OPERATOR);
    return status?.availableReplicas === 1;
  });
}

async function manifestIn(engine: Engine, image: string): Promise<string> {
  const container = await dockerOf(engine).createContainer({ Image: image });
  try {
    const archive = await container.getArchive({ path: "/release.yaml" });
    for await (const { content } of filesInTar(Readable.from(archive))) return content.toString("utf8");
    throw new Error(`${image} has no manifest`);
  } finally {
    await container.remove();
  }
}
