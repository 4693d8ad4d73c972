import type { V1ContainerState, V1Pod } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { stateOf } from "./pod-state.ts";

const RUNNING = { running: {} };
function pod(k6: V1ContainerState, keeper: V1ContainerState, status: V1Pod["status"] = {}, asInit = false): V1Pod {
  const of = (name: string, state: V1ContainerState) => ({
    name,
    state,
    image: "",
    imageID: "",
    ready: true,
    restartCount: 0,
  });
  const [first, second] = [of("k6", k6), of("keeper", keeper)];
  return {
    status: asInit
      ? { ...status, initContainerStatuses: [second], containerStatuses: [first] }
      : { ...status, containerStatuses: [first, second] },
  };
}

test("a pod runs when both its containers do, wherever the keeper is listed", () => {
  expect(stateOf(pod(RUNNING, RUNNING))).toEqual({ is: "running" });
  expect(stateOf(pod(RUNNING, RUNNING, {}, true))).toEqual({ is: "running" });
  expect(stateOf(pod(RUNNING, { waiting: { reason: "ContainerCreating" } })).is).toBe("waiting");
});

test("a pod has ended when k6 has, even while the keeper stays", () => {
  expect(stateOf(pod({ terminated: { exitCode: 137 } }, RUNNING))).toEqual({ is: "ended", exitCode: 137 });
});

test.each([
  [pod({ waiting: { reason: "ErrImagePull", message: "no such image" } }, RUNNING), "ErrImagePull: no such image", 60],
  [pod(RUNNING, { waiting: { reason: "ErrImageNeverPull" } }), "ErrImageNeverPull", 10],
  [
    {
      status: {
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes" }],
      },
    },
    "Unschedulable: 0/3 nodes",
    300,
  ],
  [{ status: {} }, "its containers are not started", 300],
])("the reason for waiting is reported, and how long that may take", (pod, why, seconds) => {
  expect(stateOf(pod)).toEqual({ is: "waiting", why, seconds });
});

test("k6 in a deleted pod is lost, unless it ended with code 0", () => {
  const metadata = { deletionTimestamp: new Date(0) };
  const ended = (exitCode: number) => stateOf({ ...pod({ terminated: { exitCode } }, RUNNING), metadata });
  expect(ended(105)).toEqual({ is: "lost", why: "somebody deleted it" });
  expect(ended(0)).toEqual({ is: "ended", exitCode: 0 });
});

test("a pod without its keeper is lost, except that k6-operator's keeper is restarted", () => {
  const ended = { terminated: { exitCode: 127, reason: "StartError", message: "bash: not found" } };
  expect(stateOf(pod(RUNNING, ended))).toEqual({
    is: "lost",
    why: "its keeper has ended with code 127: bash: not found",
  });
  expect(stateOf(pod(RUNNING, ended, {}, true)).is).toBe("waiting");
});

test("a disrupted pod without k6's exit code is lost, with the reason", () => {
  const conditions = [
    { type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI", message: "drained" },
  ];
  expect(stateOf({ status: { phase: "Failed", conditions } })).toEqual({
    is: "lost",
    why: "EvictionByEvictionAPI: drained",
  });
  expect(
    stateOf(pod({ terminated: { exitCode: 137 } }, RUNNING, { reason: "Evicted", message: "low on disk" })),
  ).toEqual({
    is: "lost",
    why: "Evicted: low on disk",
  });
  expect(stateOf({ status: { phase: "Failed", reason: "Evicted", message: "low on memory" } })).toEqual({
    is: "lost",
    why: "Evicted: low on memory",
  });
});
