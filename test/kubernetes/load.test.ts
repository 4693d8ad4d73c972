/** The load in a real cluster: as a Job and as a TestRun, complete to the last line; a runner that dies is named. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import type { RunningLoad } from "../../harness/load/generator.ts";
import type { LedgerLine, MarkLine } from "../../harness/model/load/ledger.ts";
import { startSignal } from "../../harness/model/load/start-signal.ts";
import { writeIdPrefix } from "../../harness/model/load/write.ts";
import { HAPI_DIALECT } from "../../harness/model/plan/dialect.ts";
import { type Kubernetes, KubernetesSchema } from "../../harness/model/plan/own-system.ts";
import { loadTimes, type Scenario } from "../../harness/model/plan/scenario.ts";
import { mapClock } from "../../harness/model/record/clock.ts";
import { clusterLoad } from "../../harness/run/cluster-load.ts";
import { until } from "../../harness/system/waiting.ts";
import { type Cluster, clusterOf, type Line } from "../../harness/systems/attached/kubernetes/cluster.ts";
import { edgeLoss } from "../../scenarios/edge-loss.ts";
import { startFhirPod } from "./fhir-pod.ts";
import { test as onNode } from "./node.ts";
import { playOperator } from "./played-operator.ts";
import { TEST_RUN_CRD } from "./test-run-crd.ts";

const RATE = 20;
const SCENARIO: Scenario = {
  ...edgeLoss,
  faults: [],
  load: {
    ...edgeLoss.load,
    ratePerSecond: RATE,
    timeoutSeconds: 2,
    warmUpSeconds: 5,
    baselineSeconds: 5,
    afterSeconds: 5,
  },
};
const SECONDS = loadTimes(SCENARIO).end;
const MIX = { put: 1, post: 1, bundle: 0, update: 0 };
const AUTHORIZATION = "Bearer of the test";

let seeds = 7400;

const test = onNode.extend("cluster", { scope: "file" }, async ({ node, namespace }): Promise<Cluster> => {
  const { kubeconfig, context } = node;
  return clusterOf(KubernetesSchema.parse({ kubeconfig, context, namespace }));
});

interface Started {
  runners: RunningLoad[];
  /** Starts the load, and waits for the first lines of all runners. */
  begin: () => Promise<void>;
  took: () => Promise<{ id: string; authorization: string }[]>;
  linesOf: (runner: RunningLoad) => (LedgerLine | MarkLine)[];
  end: () => Promise<void>;
  seed: number;
  folder: string;
}

async function startLoad(
  { node, cluster }: { node: Parameters<typeof startFhirPod>[0]; cluster: Cluster },
  runners: number,
  load: Kubernetes["load"] = "job",
): Promise<Started> {
  seeds += 1;
  const seed = seeds;
  const { namespace, context } = cluster;
  const server = await startFhirPod(node, namespace, `server-${seed}`);
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-cluster-load-"));
  const generator = clusterLoad({
    ...{ cluster, runners, run: `test-${seed}`, signal: new AbortController().signal },
    kubernetes: KubernetesSchema.parse({
      kubeconfig: node.kubeconfig,
      context,
      namespace,
      load,
      base: server.inCluster,
    }),
    edge: {
      fromBeside: async () => ({ baseUrl: "http://nowhere.invalid", headers: { Authorization: AUTHORIZATION } }),
    },
  });
  const scenario = { ...SCENARIO, load: { ...SCENARIO.load, mix: MIX } };
  const task = { scenario, retry: "none", seed, tags: [], dialect: HAPI_DIALECT, folder } as const;
  const end = async () => {
    await generator.end?.();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const running = await generator.start(task);
    const linesOf = ({ ledger }: RunningLoad) =>
      readFileSync(ledger, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line): LedgerLine | MarkLine => JSON.parse(line));
    return {
      ...{ runners: running, took: server.took, linesOf, end, seed, folder },
      begin: async () => {
        await server.giveSignal(startSignal(seed, HAPI_DIALECT).look);
        await until({ what: "the first lines", deadlineMs: 60_000 }, async () =>
          running.every((each) => readFileSync(each.ledger).length > 0),
        );
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** All runners together: each write once, none missing, and the server accepted exactly these. */
async function expectWhole({ runners, linesOf, took, seed }: Started): Promise<void> {
  const invoked = runners.map((each) =>
    linesOf(each)
      .filter((line) => line.type === "invoke")
      .map((line) => line.write),
  );
  const all = invoked.flat();
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((id) => !id.startsWith(writeIdPrefix(seed)))).toEqual([]);
  expect(Math.abs(all.length - RATE * SECONDS)).toBeLessThanOrEqual(runners.length);
  const counts = invoked.map((ids) => ids.length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  const taken = await took();
  expect(taken.map(({ id }) => id).toSorted()).toEqual(all.toSorted());
  expect(new Set(taken.map(({ authorization }) => authorization))).toEqual(new Set([AUTHORIZATION]));
  for (const [i, each] of runners.entries()) {
    const lines = linesOf(each);
    expect(new Set(lines.map(({ r }) => r))).toEqual(new Set([each.runner]));
    expect(lines.filter(({ type }) => type === "complete")).toHaveLength(counts[i] ?? 0);
    if (runners.length > 1) expect([lines[0]?.type, lines.at(-1)?.type]).toEqual(["begin", "end"]);
    expect(await each.summary(0)).toEqual({ iterations: counts[i], droppedIterations: 0, exitCode: 0 });
  }
}

/** Its objects that are left in the namespace. */
async function leftOf({ core, batch, namespace }: Cluster, seed: number): Promise<string[]> {
  const labelSelector = `org.fhirdrill.run=test-${seed}`;
  const asked = { namespace, labelSelector };
  const all = await Promise.all([
    core.listNamespacedPod(asked),
    batch.listNamespacedJob(asked),
    core.listNamespacedConfigMap(asked),
    core.listNamespacedSecret(asked),
  ]);
  return all.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? ""));
}

describe.each([1, 3])("a Job of %d runners", (count) => {
  test("sends each write once, and all lines are fetched, despite a broken connection", async ({ node, cluster }) => {
    const lines: Line[] = [];
    const watched: Cluster = {
      ...cluster,
      open: async (...asked) => {
        const line = await cluster.open(...asked);
        lines.push(line);
        return line;
      },
    };
    const load = await startLoad({ node, cluster: watched }, count);
    try {
      expect(load.runners.map(({ runner }) => runner)).toEqual(["k6-1", "k6-2", "k6-3"].slice(0, count));
      const now = () => performance.now();
      const samples = [];
      for (let i = 0; i < 5; i += 1) samples.push(await (load.runners[0] as RunningLoad).readClock(now));
      const clock = mapClock(samples);
      // The node's clock is this machine's.
      expect(Math.abs((clock?.offsetMs ?? 0) - performance.timeOrigin)).toBeLessThan((clock?.errorMs ?? 0) + 50);
      await load.begin();
      await sleep(3000);
      for (const line of lines) line.close();
      expect(await Promise.all(load.runners.map(({ ended }) => ended))).toEqual(Array(count).fill(0));
      await expectWhole(load);
      expect(lines.length).toBeGreaterThan(2 * count);
      expect(readFileSync(join(load.folder, "job.yaml"), "utf8")).not.toContain(AUTHORIZATION);
    } finally {
      await load.end();
    }
    expect(await leftOf(cluster, load.seed)).toEqual([]);
  });
});

test("a runner whose pod is deleted is named, and the others finish their share", async ({ node, cluster }) => {
  const load = await startLoad({ node, cluster }, 3);
  const { core, namespace } = cluster;
  try {
    await load.begin();
    const labelSelector = "batch.kubernetes.io/job-completion-index=1";
    const { items } = await core.listNamespacedPod({ namespace, labelSelector });
    const name = items[0]?.metadata?.name ?? "";
    const [first, second, third] = load.runners as [RunningLoad, RunningLoad, RunningLoad];
    const ended = expect(second.ended).rejects.toThrow(`the pod ${name} of the runner k6-2 is gone`);
    await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 });
    await ended;
    expect(await Promise.all([first.ended, third.ended])).toEqual([0, 0]);
    for (const each of [first, third]) {
      expect(load.linesOf(each).at(-1)?.type).toBe("end");
      expect((await each.summary(0))?.droppedIterations).toBe(0);
    }
    await expect(second.summary(0)).rejects.toThrow("k6-2 is gone");
    // Its lines until then were fetched. They may include its end: k6 got SIGTERM before it was killed.
    const writesOf = (runner: RunningLoad) => load.linesOf(runner).filter(({ type }) => type === "invoke").length;
    expect(writesOf(second)).toBeGreaterThan(0);
    expect(writesOf(second)).toBeLessThan(writesOf(first) / 2);
    const pods = await core.listNamespacedPod({ namespace, labelSelector });
    expect(pods.items.filter(({ metadata }) => metadata?.name !== name)).toEqual([]);
  } finally {
    await load.end();
  }
  expect(await leftOf(cluster, load.seed)).toEqual([]);
});

test("an image that the nodes cannot pull is reported with the reason, and nothing is left behind", async ({
  node,
  cluster,
}) => {
  const { kubeconfig, context } = node;
  const { namespace } = cluster;
  const generator = clusterLoad({
    ...{ cluster, runners: 1, run: "test-no-image", signal: new AbortController().signal },
    kubernetes: KubernetesSchema.parse({ kubeconfig, context, namespace, images: { k6: "NO IMAGE" } }),
    edge: { fromBeside: async () => ({ baseUrl: "http://nowhere.invalid", headers: {} }) },
  });
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-cluster-load-"));
  const task = { scenario: SCENARIO, retry: "none", seed: 1, tags: [], dialect: HAPI_DIALECT, folder } as const;
  try {
    await expect(generator.start(task)).rejects.toThrow(
      /the runner k6-1 of the load could not be started: InvalidImageName/,
    );
  } finally {
    await generator.end?.();
    rmSync(folder, { recursive: true });
  }
});

describe.each([1, 3])("a TestRun of %d runners, by a fake operator", (count) => {
  test("is the same load", async ({ node, cluster, namespace }) => {
    await node.apply(TEST_RUN_CRD);
    await until({ what: "TestRuns to be known", deadlineMs: 30_000 }, () =>
      cluster.custom.listNamespacedCustomObject({ group: "k6.io", version: "v1alpha1", plural: "testruns", namespace }),
    );
    const operator = playOperator(node, cluster);
    try {
      const load = await startLoad({ node, cluster }, count, "k6-operator");
      try {
        await load.begin();
        expect(await Promise.all(load.runners.map(({ ended }) => ended))).toEqual(Array(count).fill(0));
        await expectWhole(load);
        await load.runners[0]?.summary(0);
      } finally {
        await load.end();
      }
      expect(operator.stages.slice(0, 3)).toEqual(["initialized", "created", "started"]);
      expect(await leftOf(cluster, load.seed)).toEqual([]);
    } finally {
      await operator.stop();
    }
  });
});
