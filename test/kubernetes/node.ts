/**
 * `test` with a Kubernetes cluster: of one node, which each worker starts as a container when a file first needs it; or
 * the one that FHIRDRILL_TEST_CONTEXT names, found as kubectl finds it. In that one, its nodes pull the images, and
 * CloudNativePG's operator must be installed. Everything that is put into a cluster is removed again.
 */
import { CoreV1Api } from "@kubernetes/client-node";
import { test as plain } from "vitest";
import { until } from "../../harness/system/waiting.ts";
import { type Node, namedNode, type OwnNode, startOwnNode } from "./cluster-node.ts";
import { type Fhir, startExample } from "./example.ts";
import { imageOfOperator, imagesOfExample } from "./images.ts";
import { installOperator } from "./operator.ts";

const say = (line: string) => console.log(line);

let namespaces = 0;

/** Once per worker: Vitest would create worker fixtures anew for each `extend` of its test. */
const begun = new Map<string, Promise<unknown>>();
function once<T>(what: string, begin: () => Promise<T>): Promise<T> {
  const known = begun.get(what) ?? begin();
  begun.set(what, known);
  return known as Promise<T>;
}

export const test = plain
  .extend("named", { scope: "worker" }, process.env.FHIRDRILL_TEST_CONTEXT ?? null)
  .extend("own", { scope: "worker" }, async ({ named }, { onCleanup }): Promise<OwnNode | null> => {
    if (named !== null) return null;
    const own = await once("node", () => startOwnNode(say));
    onCleanup(() => once("no node", own.stop));
    return own;
  })
  .extend("node", { scope: "worker" }, async ({ own, named }): Promise<Node> => own ?? namedNode(named ?? ""))
  /** A new namespace for each file, which allows drills. */
  .extend("namespace", { scope: "file" }, async ({ node }, { onCleanup }): Promise<string> => {
    namespaces += 1;
    const name = `fhirdrill-test-${process.pid}-${namespaces}`;
    const core = node.config.makeApiClient(CoreV1Api);
    await core.createNamespace({ body: { metadata: { name, annotations: { "fhirdrill.allow": "true" } } } });
    onCleanup(async () => void (await core.deleteNamespace({ name })));
    // No pod starts without it.
    await until({ what: "the namespace's account", deadlineMs: 30_000 }, () =>
      core.readNamespacedServiceAccount({ name: "default", namespace: name }),
    );
    return name;
  })
  /** CloudNativePG's operator, ready to create databases. */
  .extend("operator", { scope: "worker" }, async ({ own }): Promise<void> => {
    if (own === null) return;
    await once("operator", async () => {
      const operator = await imageOfOperator(own.engine, say);
      await own.bring([operator]);
      await installOperator(own.engine, own, operator.image);
    });
  })
  /** `examples/kubernetes`, applied and ready; one per worker. A test leaves it healthy. */
  .extend("fhir", { scope: "worker" }, async ({ own, node, operator: _ }, { onCleanup }): Promise<Fhir> => {
    const fhir = await once("fhir", async () => {
      await own?.bring(await imagesOfExample(own.engine, say));
      return startExample(node);
    });
    // A node of ours is removed with everything in it.
    if (own === null) onCleanup(() => once("no fhir", fhir.remove));
    return fhir;
  });
