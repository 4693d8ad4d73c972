/** A node is drained of a namespace's pods, as far as their disruption budgets allow, and uncordoned again. */
import { expect } from "vitest";
import { armFault } from "../../harness/faults/index.ts";
import type { FaultSpec } from "../../harness/model/plan/fault.ts";
import type { PodTarget } from "../../harness/system/pod.ts";
import { bareSystem } from "../../harness/system/testing/bare-system.ts";
import { healFromJournal } from "../../harness/systems/attached/heal.ts";
import { isUnschedulable } from "../../harness/systems/attached/kubernetes/drain.ts";
import { act, tryOut } from "../try-out.ts";
import { test } from "./a-pod.ts";

const DRAIN: FaultSpec = { kind: "node-drain", target: "server", afterSeconds: 0 };
const systemOf = (target: PodTarget) => bareSystem({ target: () => target, pod: () => target });

test("it is not active before, is active until it is healed, and then is cleared", async ({ another, cluster }) => {
  const it = await another();
  const { node } = await it.found();
  await tryOut(systemOf(it.target), DRAIN, 120_000);
  await it.untilAnswers();
  expect([await isUnschedulable(cluster, node), it.isOpen()]).toEqual([false, [["node-drain", false]]]);
});

test("an eviction that a budget refuses is retried until the fault ends, and the fault was not active", async ({
  node,
  namespace,
  another,
  cluster,
}) => {
  const it = await another();
  await node.apply(
    `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${it.name} }
spec: { minAvailable: 1, selector: { matchLabels: { app: ${it.name} } } }
`,
    namespace,
  );
  const fault = armFault(systemOf(it.target), DRAIN);
  expect(await act("inject", fault)).toEqual(["injecting", "injected", "not-evidenced"]);
  const { refused, refusal, evicted } = await it.target.drained();
  expect(refused).toBeGreaterThan(5);
  expect(refusal).toMatch(/disruption budget/);
  const { container, running } = await it.found();
  expect([evicted.includes(container), running]).toEqual([false, true]);
  expect(await act("heal", fault, 60_000)).toEqual(["healed"]);
  expect(await isUnschedulable(cluster, (await it.found()).node)).toBe(false);
});

test("after the draining process is gone, its journal uncordons the node", async ({ another, cluster }) => {
  const it = await another();
  const { node } = await it.found();
  await it.target.drain();
  expect(await isUnschedulable(cluster, node)).toBe(true);
  expect(await healFromJournal(null, it.folder)).toMatchObject([{ fault: "node-drain", outcome: "undone" }]);
  await it.untilAnswers();
  await it.target.undrain();
});
