import type { V1Pod, V1PodStatus } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { DrillFailure } from "../../model/program/failure.ts";
import { endsOf, type PodsOptions, whenAllRun } from "./runner-pods.ts";

const QUICK = { everyMs: 1, noneMs: 30, unaskedMs: 30 };
const over = new AbortController();

function state(of: object): V1PodStatus {
  return {
    containerStatuses: ["k6", "keeper"].map((name) => ({
      ...{ name, image: "", imageID: "", ready: true, restartCount: 0 },
      state: name === "k6" ? of : { running: {} },
    })),
  };
}
const RUNNING = state({ running: {} });
function pod(index: number, status: V1PodStatus = RUNNING, uid = `uid-${index}`): V1Pod {
  return { metadata: { name: `load-${index}`, uid, labels: { index: String(index) } }, status };
}

function order(list: () => V1Pod[], changes: Partial<PodsOptions> = {}): PodsOptions {
  return {
    runners: 3,
    list: async () => list(),
    indexOf: ({ metadata }) => Number(metadata?.labels?.index),
    whyNone: async () => null,
    ...changes,
  };
}
const started = (of: PodsOptions) => whenAllRun(of, over.signal, QUICK);

describe("when they start", () => {
  test("each pod is the runner of its index, in any order of listing", async () => {
    const pods = await started(order(() => [pod(2), pod(0), pod(1)]));
    expect(pods.map(({ runner, name }) => [runner, name])).toEqual([
      ["k6-1", "load-0"],
      ["k6-2", "load-1"],
      ["k6-3", "load-2"],
    ]);
  });

  test("all of them are waited for", async () => {
    let looks = 0;
    const list = () => {
      looks += 1;
      return looks < 3 ? [pod(0), pod(1)] : [pod(0), pod(1), pod(2)];
    };
    expect(await started(order(list))).toHaveLength(3);
  });

  test("a pod that has already ended counts as started", async () => {
    expect(await started(order(() => [pod(0), pod(1, state({ terminated: { exitCode: 1 } })), pod(2)]))).toHaveLength(
      3,
    );
  });

  test("a pod lost before it ran is named with the reason", async () => {
    const list = () => [pod(0), pod(1, { phase: "Failed", reason: "Evicted" }), pod(2)];
    await expect(started(order(list))).rejects.toThrow("the runner k6-2 of the load could not be started: Evicted");
  });

  test("without pods, their controller's reason is reported", async () => {
    const quota = order(() => [], { whyNone: async () => "FailedCreate: exceeded quota" });
    await expect(started(quota)).rejects.toThrow("k6-1 of the load could not be started: FailedCreate: exceeded quota");
    const never = new DrillFailure({ what: "k6-operator refuses the load", why: "its stage is error", todo: "" });
    await expect(started(order(() => [], { whyNone: () => Promise.reject(never) }))).rejects.toBe(never);
    const unasked = () => {
      throw new Error("connect ECONNREFUSED");
    };
    await expect(started(order(unasked))).rejects.toThrow("could not be started: connect ECONNREFUSED");
  });
});

describe("when they end", () => {
  const ofThree = [0, 1, 2].map((index) => pod(index));

  test("each resolves with k6's exit code, and another pod of the same name does not count", async () => {
    let pods = ofThree;
    const of = order(() => pods);
    const [first, second, third] = endsOf(await started(of), of, over.signal, QUICK);
    pods = [pod(0, state({ terminated: { exitCode: 0 } })), pod(1, RUNNING, "another"), pod(2)];
    expect(await first).toBe(0);
    await expect(second).rejects.toThrow(
      "the load ended early: the pod load-1 of the runner k6-2 is gone: somebody deleted it",
    );
    pods = [pod(2, state({ terminated: { exitCode: 137 } }))];
    expect(await third).toBe(137);
  });

  test("for a pod that is gone, the reason is from its last status", async () => {
    const conditions = [{ type: "DisruptionTarget", status: "True", reason: "DeletionByTaintManager" }];
    let looks = 0;
    const of = order(() => {
      looks += 1;
      return looks < 5 ? [pod(0), pod(1, { ...RUNNING, conditions }), pod(2)] : [pod(0), pod(2)];
    });
    const [, second] = endsOf(await started(of), of, over.signal, QUICK);
    await expect(second).rejects.toThrow("k6-2 is gone: DeletionByTaintManager");
  });

  test("a cluster that does not answer is asked again, but not for ever", async () => {
    let refused = 0;
    const of = order(() => ofThree);
    const pods = await started(of);
    const again = order(() => {
      refused += 1;
      if (refused < 3) throw new Error("connect ECONNREFUSED");
      return [pod(0, state({ terminated: { exitCode: 0 } })), pod(1), pod(2)];
    });
    const [first] = endsOf(pods, again, over.signal, { ...QUICK, unaskedMs: 60_000 });
    expect(await first).toBe(0);
    const never = order(() => {
      throw new Error("connect ECONNREFUSED");
    });
    const [, second] = endsOf(pods, never, over.signal, QUICK);
    await expect(second).rejects.toThrow("k6-2 is gone: the cluster does not answer: connect ECONNREFUSED");
  });
});
