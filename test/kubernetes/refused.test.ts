/** What a cluster does not allow is reported before anything is broken. */
import { CoreV1Api } from "@kubernetes/client-node";
import { expect } from "vitest";
import { OwnSystemSchema } from "../../harness/model/plan/own-system.ts";
import { consentOf, findPods } from "../../harness/systems/attached/kubernetes/find-pods.ts";
import { rehearse } from "../../harness/systems/attached/kubernetes/rehearse.ts";
import { scenariosOf } from "../../scenarios/own.ts";
import { test } from "./a-pod.ts";

test("without privileged Pod Security, crash and isolation are refused; with it, the dry run changes nothing", async ({
  node,
  namespace,
  another,
  cluster,
}) => {
  const it = await another();
  const own = OwnSystemSchema.parse({
    ...{ is: "ours", fhir: { base: "http://edge/fhir" }, kubernetes: it.kubernetes },
    targets: { server: { is: "server", find: { pod: { app: it.name } } } },
  });
  const asked = async () => {
    const targets = await findPods(cluster, own.targets, true);
    const said = await Promise.all(
      scenariosOf(own).map(async (scenario) => {
        const why = await rehearse(cluster, { own, scenario, targets, tools: it.kubernetes.images.tools }).catch(
          String,
        );
        return [scenario.name, why] as const;
      }),
    );
    return Object.fromEntries(said);
  };
  const before = await it.found();
  // The pods that would be evicted.
  const drained = expect.arrayContaining([expect.stringMatching(new RegExp(`^ReplicaSet ${it.name}-\\w+$`))]);
  expect(await asked()).toEqual({
    ...{ "server-kill": [], "server-crash": [], "server-isolation": [], "server-drain": drained },
  });
  const core = node.config.makeApiClient(CoreV1Api);
  const path = "/metadata/labels/pod-security.kubernetes.io~1enforce";
  await core.patchNamespace({ name: namespace, body: [{ op: "add", path, value: "baseline" }] });
  expect(await asked()).toEqual({
    "server-kill": [],
    "server-crash": expect.stringMatching(/violates PodSecurity "baseline:latest".*hostPID.*enforce: privileged/),
    "server-isolation": expect.stringMatching(/violates PodSecurity "baseline:latest".*NET_ADMIN.*enforce: privileged/),
    "server-drain": drained,
  });
  await core.patchNamespace({ name: namespace, body: [{ op: "remove", path }] });
  expect(await it.found()).toEqual(before);
  expect(await consentOf(cluster)).toBe(true);
});
