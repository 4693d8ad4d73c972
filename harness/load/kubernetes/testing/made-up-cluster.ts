/** For tests: a fake cluster that keeps what is created, and whose pods are local folders. */
import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { ApiException, type V1Job, type V1Pod } from "@kubernetes/client-node";
import type { Cluster } from "../../../systems/attached/kubernetes/cluster.ts";
import { INDEX } from "../job.ts";
import { K6, KEEPER } from "../pod.ts";
import { type LocalKeeper, localKeeper } from "./local-keeper.ts";

interface Created {
  kind: string;
  name: string;
  body: { data?: Record<string, string>; stringData?: Record<string, string> };
}

export interface MadeUpPod {
  name: string;
  /** The local folder that stands for /record. */
  folder: string;
  keeper: LocalKeeper;
  /** Ends k6 in the pod. */
  end: (exitCode: number) => void;
  /** Removes the pod; its folder is no longer reachable. */
  die: () => void;
}

export interface MadeUpCluster {
  cluster: Cluster;
  created: Created[];
  /** The objects that exist now, as `kind name`. */
  left: () => string[];
  pods: MadeUpPod[];
  /** Errors to throw, by action, such as `create Job`. */
  refuses: Map<string, string>;
}

type Named = { name: string };
type Made = { body: { kind?: string; metadata?: { name?: string } } };

export function madeUpCluster(folder: string): MadeUpCluster {
  const here = mkdtempSync(join(folder, "cluster-"));
  const there = new Map<string, object>();
  const pods = new Map<string, { of: MadeUpPod; pod: V1Pod }>();
  const made: Omit<MadeUpCluster, "cluster" | "pods"> = {
    created: [],
    left: () => [...there.keys(), ...[...pods.keys()].map((name) => `Pod ${name}`)],
    refuses: new Map(),
  };
  const create = (kind: string) => async (asked: Made) => {
    const refusal = made.refuses.get(`create ${kind}`);
    if (refusal !== undefined) throw new ApiException(403, "Forbidden", JSON.stringify({ message: refusal }), {});
    const name = asked.body.metadata?.name ?? "";
    made.created.push({ kind, name, body: asked.body as Created["body"] });
    there.set(`${kind} ${name}`, asked.body);
    if (kind === "Job") startPods(asked.body as V1Job);
    return { ...asked.body, metadata: { ...asked.body.metadata, uid: `uid of ${name}` } };
  };
  const remove =
    (kind: string) =>
    async ({ name }: Named) => {
      if (!there.delete(`${kind} ${name}`)) throw new ApiException(404, "Not Found", "", {});
      // As the garbage collector does.
      if (kind === "Job") for (const { of } of pods.values()) of.keeper.exec(["true"]).then(() => pods.delete(of.name));
    };

  function startPods({ metadata, spec }: V1Job): void {
    for (let index = 0; index < (spec?.completions ?? 0); index += 1) {
      const name = `${metadata?.name}-${index}-x${index}`;
      const record = join(here, name);
      mkdirSync(record);
      const keeper = localKeeper(record);
      const end = (exitCode: number) => set(name, { terminated: { exitCode } });
      const die = () => {
        pods.delete(name);
        keeper.cut();
      };
      const pod = { metadata: { name, uid: `uid of ${name}`, labels: { [INDEX]: String(index) } } };
      pods.set(name, { of: { name, folder: record, keeper, end, die }, pod });
      set(name, { running: {} });
    }
  }
  function set(name: string, state: object): void {
    const one = pods.get(name);
    const of = (container: string, state: object) => ({
      name: container,
      state,
      image: "",
      imageID: "",
      ready: true,
      restartCount: 0,
    });
    if (one) one.pod = { ...one.pod, status: { containerStatuses: [of(K6, state), of(KEEPER, { running: {} })] } };
  }
  const keeperOf = (name: string): LocalKeeper => {
    const one = pods.get(name);
    if (one === undefined) throw new Error(`pods "${name}" not found`);
    return one.of.keeper;
  };

  const core = {
    createNamespacedConfigMap: create("ConfigMap"),
    createNamespacedSecret: create("Secret"),
    patchNamespacedConfigMap: async () => {},
    patchNamespacedSecret: async () => {},
    deleteNamespacedConfigMap: remove("ConfigMap"),
    deleteNamespacedSecret: remove("Secret"),
    listNamespacedPod: async () => ({ items: [...pods.values()].map(({ pod }) => pod) }),
    listNamespacedEvent: async () => ({ items: [] }),
    deleteNamespacedPod: async ({ name }: Named) => void pods.delete(name),
    readNamespacedPodLog: async ({ name }: Named) => `log of ${name}\n`,
  };
  const batch = { createNamespacedJob: create("Job"), deleteNamespacedJob: remove("Job") };
  return {
    ...made,
    get pods() {
      return [...pods.values()].map(({ of }) => of);
    },
    cluster: {
      ...{ context: "made-up", namespace: "fhir" },
      exec: async ({ pod }: { pod: string }, argv: string[]) => keeperOf(pod).exec(argv),
      open: async ({ pod }: { pod: string }, argv: string[], hear: (piece: Buffer) => void) =>
        keeperOf(pod).open(argv, hear),
      ...{ core, batch },
    } as unknown as Cluster,
  };
}
