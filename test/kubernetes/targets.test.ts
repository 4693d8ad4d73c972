/** Attached pods are broken and healed: each fault is observed while it lasts, and ends even if the drill dies. */
import { expect } from "vitest";
import { armFault } from "../../harness/faults/index.ts";
import type { FaultSpec } from "../../harness/model/plan/fault.ts";
import type { PodTarget } from "../../harness/system/pod.ts";
import { bareSystem } from "../../harness/system/testing/bare-system.ts";
import { until } from "../../harness/system/waiting.ts";
import { scriptOnNode } from "../../harness/systems/attached/kubernetes/beside-pod.ts";
import { killScript } from "../../harness/systems/attached/kubernetes/crash.ts";
import { switchesIn } from "../../harness/systems/attached/kubernetes/isolation-switch.ts";
import { ephemeralStatus, podOf } from "../../harness/systems/attached/kubernetes/pods.ts";
import { act, tryOut } from "../try-out.ts";
import { type APod, expectNothingLeft, RUN, test } from "./a-pod.ts";

const at = { target: "server", afterSeconds: 0 };
const FAULTS: FaultSpec[] = [
  { kind: "target-crash", ...at },
  { kind: "target-isolation", ...at },
  { kind: "pod-kill", ...at },
];
const systemOf = (target: PodTarget) => bareSystem({ target: () => target, pod: () => target });
const named = async ({ found }: APod) => {
  const { container, id } = await found();
  return { name: container, uid: id };
};

test.for(FAULTS)(
  "$kind is not seen before, is active until it is healed, and then is gone",
  async (spec, { another, cluster }) => {
    const it = await another();
    await tryOut(systemOf(it.target), spec, 60_000);
    await it.untilAnswers();
    expect(it.isOpen()).toEqual([[spec.kind, false]]);
    await expectNothingLeft(cluster);
  },
);

test("a crash kills only the main process: the pod is the same, and was restarted", async ({ another, cluster }) => {
  const it = await another();
  const pod = await named(it);
  await it.target.crash();
  await until({ what: "the restart", deadlineMs: 30_000 }, async () => {
    const { restartCount, lastState } = (await podOf(cluster, pod))?.status?.containerStatuses?.[0] ?? {};
    return restartCount === 1 && lastState?.terminated?.exitCode === 137;
  });
  await it.untilAnswers();
});

test("an isolated pod answers no client, is in the journal, and is not isolated twice", async ({ another }) => {
  const it = await another();
  const fault = armFault(systemOf(it.target), { kind: "target-isolation", ...at });
  expect(await act("inject", fault)).toEqual(["injecting", "injected", "evidenced"]);
  expect(await it.asked()).toBe(false);
  expect(it.isOpen()).toEqual([["target-isolation", true]]);
  await expect((await it.breaking()).isolate()).rejects.toThrow("is already isolated");
  expect(await act("heal", fault, 20_000)).toEqual(["healed"]);
  await it.untilAnswers();
  // Another isolation needs another container: the first one stays in the pod's description for ever.
  await it.target.isolate();
  await it.target.rejoin();
  const { status } = (await podOf(it.cluster, await named(it))) ?? {};
  expect(status?.ephemeralContainerStatuses?.length).toBe(2);
});

test("no isolation outlasts its limit", async ({ another }) => {
  const it = await another();
  const target = await it.breaking(3);
  await target.isolate();
  expect(await it.asked()).toBe(false);
  await it.untilAnswers();
  await target.rejoin();
  expect(it.isOpen()).toEqual([["target-isolation", false]]);
});

test("a killed switch leaves the pod isolated, and another container ends the isolation", async ({
  another,
  cluster,
}) => {
  const it = await another();
  await it.target.isolate();
  const pod = await named(it);
  const [by = ""] = await switchesIn(cluster, pod);
  const state = ephemeralStatus((await podOf(cluster, pod)) as NonNullable<Awaited<ReturnType<typeof podOf>>>, by);
  const { node } = await it.found();
  const kill = { run: RUN, image: it.kubernetes.images.tools, node, script: killScript(state?.containerID) };
  expect(await scriptOnNode(cluster, kill)).toEqual({ exitCode: 0, output: "" });
  await until(
    { what: "the switch's end", deadlineMs: 30_000 },
    async () => (await switchesIn(cluster, pod)).length === 0,
  );
  expect(await it.asked()).toBe(false);
  await it.target.rejoin();
  await it.untilAnswers();
  expect(it.isOpen()).toEqual([["target-isolation", false]]);
});
