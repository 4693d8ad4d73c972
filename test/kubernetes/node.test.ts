/** The tests' cluster works: it schedules, resolves its names, and is reachable from this machine at its node ports. */
import { CoreV1Api } from "@kubernetes/client-node";
import { expect } from "vitest";
import { KubernetesSchema } from "../../harness/model/plan/own-system.ts";
import { until } from "../../harness/system/waiting.ts";
import { clusterOf } from "../../harness/systems/attached/kubernetes/cluster.ts";
import { test } from "./node.ts";

const ANSWERS = `use IO::Socket::INET;
my $s = IO::Socket::INET->new(LocalPort => 4000, Listen => 5, ReuseAddr => 1) or die;
while (my $c = $s->accept) { print $c "HTTP/1.0 200 OK\\r\\n\\r\\nx"; close $c }`;

test("a pod answers by its service's name, at its node port, and to a program that is run in it", async ({
  node,
  namespace,
}) => {
  await node.apply(
    JSON.stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "server", labels: { app: "server" } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: "server", image: "nicolaka/netshoot:v0.14", command: ["perl", "-e", ANSWERS] }],
      },
    }),
    namespace,
  );
  const core = node.config.makeApiClient(CoreV1Api);
  await core.createNamespacedService({
    namespace,
    body: {
      metadata: { name: "web" },
      spec: { type: "NodePort", selector: { app: "server" }, ports: [{ port: 80, targetPort: 4000 }] },
    },
  });
  const { spec } = await core.readNamespacedService({ name: "web", namespace });
  const port = spec?.ports?.[0]?.nodePort;
  const answer = await until({ what: "an answer from outside", deadlineMs: 60_000 }, async () =>
    (await fetch(`http://${node.address}:${port}/`)).text(),
  );
  expect(answer).toBe("x");

  const { kubeconfig, context } = node;
  const cluster = clusterOf(KubernetesSchema.parse({ kubeconfig, context, namespace }));
  const ask = ["bash", "-c", "exec 3<>/dev/tcp/web/80 && tail -c1 <&3"];
  expect(await cluster.exec({ pod: "server", container: "server" }, ask)).toEqual({ exitCode: 0, output: "x" });
});
