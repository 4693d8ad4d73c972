/**
 * `test` with pods that may be broken, each with its own Deployment and journal, and queried by another pod as by
 * clients.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { KubernetesSchema } from "../../harness/model/plan/own-system.ts";
import { until } from "../../harness/system/waiting.ts";
import { Journal, readJournal } from "../../harness/systems/attached/journal.ts";
import { type Cluster, clusterOf } from "../../harness/systems/attached/kubernetes/cluster.ts";
import { findPods } from "../../harness/systems/attached/kubernetes/find-pods.ts";
import { isReady, podsIn } from "../../harness/systems/attached/kubernetes/pods.ts";
import { podTargetOf } from "../../harness/systems/attached/kubernetes/target.ts";
import { accountIn } from "./account.ts";
import { test as plain } from "./node.ts";

const TOOLS = "nicolaka/netshoot:v0.14";
export const RUN = `test-${process.pid}`;

/** Answers each connection with a byte. */
const SERVER = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 4000, Listen => 5, ReuseAddr => 1) or die;
while (my $c = $s->accept) { print $c "x"; close $c }`;

const workload = (name: string, command: string[]) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - { name: main, image: "${TOOLS}", command: ${JSON.stringify(command)} }
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 4000 }] }
`;

/** Sends requests all the time, so that there are packets to drop. */
const asking = (name: string) => `while :; do timeout 1 bash -c '</dev/tcp/${name}/4000'; sleep 0.3; done`;

export type APod = Awaited<ReturnType<typeof start>>;
type Apply = (yaml: string) => Promise<void>;

async function untilReady(cluster: Cluster, name: string): Promise<string> {
  return until({ what: `${name} to be ready`, deadlineMs: 60_000 }, async () => {
    const ready = (await podsIn(cluster, { labelSelector: `app=${name}` })).find(isReady);
    return ready?.metadata?.name ?? null;
  });
}

async function start(
  apply: Apply,
  cluster: Cluster,
  kubeconfig: string,
  name: string,
  begun: (undo: () => void) => void,
) {
  await apply(
    `${workload(name, ["perl", "-e", SERVER])}---${workload(`${name}-client`, ["bash", "-c", asking(name)])}`,
  );
  await Promise.all([untilReady(cluster, name), untilReady(cluster, `${name}-client`)]);
  const kubernetes = KubernetesSchema.parse({ context: cluster.context, namespace: cluster.namespace, kubeconfig });
  const targets = { server: { is: "server", find: { pod: { app: name } } } } as const;
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-undo-"));
  begun(() => rmSync(folder, { recursive: true, force: true }));
  const found = async () => {
    const [found] = await findPods(cluster, targets, true);
    if (found === undefined) throw new Error(`${name} was not found`);
    return found;
  };
  const breaking = async (ttlSeconds = 60) =>
    podTargetOf(await found(), { run: RUN, cluster, kubernetes, journal: new Journal(folder, null), ttlSeconds });
  const asked = async () => {
    const pod = await untilReady(cluster, `${name}-client`);
    const argv = ["timeout", "1", "bash", "-c", `[ "$(head -c1 </dev/tcp/${name}/4000)" = x ]`];
    return (await cluster.exec({ pod, container: "main" }, argv)).exitCode === 0;
  };
  const untilAnswers = () => until({ what: `${name} to answer`, deadlineMs: 60_000 }, asked);
  await untilAnswers();
  return {
    ...{ name, folder, cluster, kubernetes, found, breaking, asked, untilAnswers, target: await breaking() },
    isOpen: () => readJournal(folder).map(({ fault, healed }) => [fault, healed === null]),
  };
}

let started = 0;

export const test = plain
  .extend("account", { scope: "file" }, async ({ node, namespace }, { onCleanup }) => {
    const account = await accountIn(node, namespace);
    onCleanup(account.end);
    return account;
  })
  /** With only the rights that a drill needs. */
  .extend("cluster", { scope: "file" }, ({ account: { kubeconfig, context }, namespace }) =>
    clusterOf({ kubeconfig, context, namespace }),
  )
  .extend("another", { scope: "file" }, ({ node, account, namespace, cluster }, { onCleanup }) => {
    const begun: (() => void)[] = [];
    onCleanup(() => {
      for (const undo of begun) undo();
    });
    return () => {
      started += 1;
      const apply = async (yaml: string) => void (await node.apply(yaml, namespace));
      return start(apply, cluster, account.kubeconfig, `server-${started}`, (undo) => begun.push(undo));
    };
  });

/** A drill left nothing in the namespace but the entries of terminated ephemeral containers. */
export async function expectNothingLeft(cluster: Cluster): Promise<void> {
  const left = await podsIn(cluster, { labelSelector: "org.fhirdrill.run" });
  expect(left.map(({ metadata }) => metadata?.name)).toEqual([]);
}
