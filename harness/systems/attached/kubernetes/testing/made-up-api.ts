/**
 * For tests: a fake API server of one namespace, stricter than the real one: it refuses and records a request, a parameter or a
 * type of patch that it does not know.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { listen } from "../../../../system/testing/loopback-server.ts";
import { type Cluster, clusterOf } from "../cluster.ts";

export const NAMESPACE = "fhir";

export interface MadeUpNode {
  unschedulable?: boolean;
  annotations: Record<string, string>;
}

export interface MadeUpApi {
  pods: V1Pod[];
  nodes: Record<string, MadeUpNode>;
  annotations: Record<string, string>;
  custom: Record<string, unknown>;
  /** Objects of other kinds, such as `jobs`. */
  others: Record<string, { metadata: { name: string; labels?: object; annotations?: object } }[]>;
  /** The requests that changed something, in order: `DELETE pods/db-0`. */
  changes: string[];
  /** The same for requests with dryRun. */
  rehearsed: string[];
  /** Its answer to a change, by the same notation. */
  refuses: Map<string, { code: number; message: string }>;
  /** The requests that it did not understand. */
  strange: string[];
  /** Called before each change. */
  onChange: (what: string) => void;
  /** Called when a pod is gone. */
  onGone: (pod: V1Pod) => void;
  kubeconfig: string;
  cluster: Cluster;
  end: () => Promise<void>;
}

type Answer = { code: number; body: unknown };
interface Asked {
  path: string;
  query: URLSearchParams;
  body: unknown;
  type: string;
}

const JOBS = `batch/v1/namespaces/${NAMESPACE}/jobs`;
const TEST_RUNS = `k6.io/v1alpha1/namespaces/${NAMESPACE}/testruns`;
const OWNER = { apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "uid-of-sts", controller: true };

export function aPod(
  name: string,
  has: { uid?: string; node?: string; labels?: object; ready?: boolean; owner?: object | null } = {},
): V1Pod {
  const { uid = `uid-of-${name}`, node = "node-1", labels = { app: "db" }, ready = true, owner = OWNER } = has;
  return {
    metadata: {
      name,
      uid,
      namespace: NAMESPACE,
      labels: { ...labels },
      ...(owner === null ? {} : { ownerReferences: [owner] }),
    },
    spec: { nodeName: node, containers: [{ name: "main", image: "postgres:17" }] },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [
        {
          ...{ name: "main", image: "postgres:17", imageID: "", ready, restartCount: 0 },
          containerID: `containerd://${"0123456789abcdef".repeat(4)}`,
          state: { running: { startedAt: "2026-11-29T20:00:00Z" } },
        },
      ],
    },
  } as unknown as V1Pod;
}

export async function madeUpApi(...pods: V1Pod[]): Promise<MadeUpApi> {
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-api-"));
  const made: MadeUpApi = {
    ...{ pods, nodes: { "node-1": { annotations: {} } }, annotations: { "fhirdrill.allow": "true" }, custom: {} },
    others: { jobs: [], configmaps: [] },
    ...{ changes: [], rehearsed: [], refuses: new Map(), strange: [], onChange: () => {}, onGone: () => {} },
    ...{ kubeconfig: join(folder, "kubeconfig"), cluster: null as unknown as Cluster, end: async () => {} },
  };
  const server = createServer((request, response) => {
    answer(made, request).then(({ code, body }) => {
      response.writeHead(code, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    });
  });
  const address = await listen(server);
  const named = (name: string, has: object) => [{ name, ...has }];
  const config = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "another" },
    clusters: named("made-up", { cluster: { server: `http://${address}`, "insecure-skip-tls-verify": true } }),
    users: named("nobody", { user: { token: "secret" } }),
    contexts: named("staging", { context: { cluster: "made-up", user: "nobody" } }),
  };
  writeFileSync(made.kubeconfig, JSON.stringify(config));
  made.cluster = clusterOf({ context: "staging", namespace: NAMESPACE, kubeconfig: made.kubeconfig });
  made.end = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  };
  return made;
}

async function answer(made: MadeUpApi, request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams: query } = new URL(request.url ?? "", "http://api");
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString("utf8");
  const body: unknown = text === "" ? null : JSON.parse(text);
  const namespaced = pathname.replace(`/api/v1/namespaces/${NAMESPACE}/`, "");
  const path = namespaced === pathname ? pathname.replace(/^\/apis?\//, "").replace(/^v1\//, "") : namespaced;
  const asked = { path, query, body, type: request.headers["content-type"] ?? "" };
  const known = request.method === "GET" ? read(made, asked) : change(made, `${request.method} ${path}`, asked);
  if (known !== null) return known;
  made.strange.push(`${request.method} ${request.url} ${asked.type}`);
  return status(400, "this was not thought of");
}

function read(made: MadeUpApi, { path, query }: Asked): Answer | null {
  const [kind, name = ""] = path.split("/");
  if (path === `namespaces/${NAMESPACE}`) return ok({ metadata: { name: NAMESPACE, annotations: made.annotations } });
  if (path === "pods") {
    const [labels, field] = [query.get("labelSelector"), query.get("fieldSelector")];
    const wanted = labels?.split(",").map((each) => each.split("=") as [string, string | undefined]) ?? [];
    const items = made.pods.filter(
      ({ metadata, spec }) =>
        wanted.every(([label, value]) =>
          value === undefined ? label in (metadata?.labels ?? {}) : metadata?.labels?.[label] === value,
        ) &&
        (field === null || `spec.nodeName=${spec?.nodeName}` === field),
    );
    return ok({ kind: "PodList", items });
  }
  if (kind === "pods") {
    const pod = made.pods.find(({ metadata }) => metadata?.name === name);
    return pod === undefined ? status(404, `pods "${name}" not found`) : ok(pod);
  }
  if (kind === "nodes") {
    const node = made.nodes[name];
    return node === undefined ? status(404, `nodes "${name}" not found`) : ok(nodeOf(name, node));
  }
  if (path === "configmaps" || path === JOBS) return ok({ items: made.others[path.split("/").at(-1) ?? ""] });
  if (path === TEST_RUNS) return status(404, "the server could not find the requested resource");
  if (path in made.custom) return ok(made.custom[path]);
  return kind === "namespaces" || path.includes("clusters/") ? status(404, `${path} not found`) : null;
}

function change(made: MadeUpApi, what: string, { path, query, body, type }: Asked): Answer | null {
  // Like the real one: if a deletion has a body, its options are read from there, and those of the URL are ignored.
  const options = what.startsWith("DELETE") && body !== null ? (body as { dryRun?: string[] }) : null;
  if (options !== null && ["dryRun", "gracePeriodSeconds", "propagationPolicy"].some((each) => query.has(each)))
    return null;
  const dry = options === null ? query.get("dryRun") === "All" : options.dryRun?.[0] === "All";
  const [, name = "", part] = path.split("/");
  const given = body as {
    metadata?: { uid?: string; annotations?: object };
    spec?: object;
    preconditions?: { uid?: string };
  } | null;
  if (!dry) made.onChange(what);
  const refusal = made.refuses.get(what);
  if (refusal !== undefined) return status(refusal.code, refusal.message);
  const done = (act: () => void, answer: unknown = {}) => {
    (dry ? made.rehearsed : made.changes).push(what);
    if (!dry) act();
    return ok(answer);
  };
  const pod = made.pods.find(({ metadata }) => metadata?.name === name);
  const gone = () => {
    made.pods.splice(made.pods.indexOf(pod as V1Pod), 1);
    made.onGone(pod as V1Pod);
  };
  if (what.startsWith("POST pods") && part === "eviction") {
    if (pod === undefined) return status(404, `pods "${name}" not found`);
    const { uid } = (body as { deleteOptions: { preconditions: { uid: string } } }).deleteOptions.preconditions;
    return uid === pod.metadata?.uid ? done(gone) : status(409, "another UID");
  }
  if (what.startsWith("DELETE pods/")) {
    if (pod === undefined) return status(404, `pods "${name}" not found`);
    const uid = given?.preconditions?.uid;
    return uid === undefined || uid === pod.metadata?.uid ? done(gone, pod) : status(409, "another UID");
  }
  if (what === "DELETE secrets") return done(() => made.changes.push(`of ${query.get("labelSelector")}`));
  if (what.startsWith("DELETE configmaps/") || what.startsWith(`DELETE ${JOBS}/`))
    return query.get("propagationPolicy") === "Background" ? done(() => {}) : null;
  if (what === "POST pods") return done(() => void made.pods.push(body as V1Pod), body);
  if (
    what.startsWith("PATCH pods/") &&
    part === "ephemeralcontainers" &&
    type === "application/strategic-merge-patch+json"
  )
    return given?.metadata?.uid === pod?.metadata?.uid ? done(() => {}, pod) : status(409, "another UID");
  if (what.startsWith("PATCH nodes/") && type === "application/merge-patch+json") {
    const node = made.nodes[name];
    if (node === undefined) return status(404, `nodes "${name}" not found`);
    if (given?.metadata?.uid !== `uid-of-${name}`) return status(409, "another UID");
    const { unschedulable } = given.spec as { unschedulable: boolean | null };
    return done(
      () => {
        if (unschedulable === null) delete node.unschedulable;
        else node.unschedulable = unschedulable;
        for (const [key, value] of Object.entries(given.metadata?.annotations ?? {}))
          if (value === null) delete node.annotations[key];
          else node.annotations[key] = value;
      },
      nodeOf(name, node),
    );
  }
  return null;
}

function nodeOf(name: string, { unschedulable, annotations }: MadeUpNode) {
  const spec = unschedulable === undefined ? {} : { unschedulable };
  return {
    metadata: { name, uid: `uid-of-${name}`, annotations },
    spec,
    status: { nodeInfo: { bootID: `boot-of-${name}` } },
  };
}

const ok = (body: unknown): Answer => ({ code: 200, body });

function status(code: number, message: string): Answer {
  return { code, body: { apiVersion: "v1", kind: "Status", status: "Failure", code, message } };
}
