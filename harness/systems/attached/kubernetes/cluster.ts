/** A Kubernetes cluster, limited to one context and one namespace. */
import { existsSync } from "node:fs";
import { delimiter } from "node:path";
import { PassThrough, Writable } from "node:stream";
import {
  type ApiConstructor,
  type ApiType,
  Attach,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  createConfiguration,
  Exec,
  KubeConfig,
  ServerConfiguration,
  type V1Status,
  VersionApi,
} from "@kubernetes/client-node";
import type { Kubernetes } from "../../../model/plan/own-system.ts";
import { reasonOf, usageFailure } from "../../../model/program/failure.ts";
import type { Ran } from "../beside.ts";

export interface InPod {
  pod: string;
  container: string;
}

/** A program running in a container, with its input. */
export interface Line {
  write: (text: string) => void;
  /** Its exit code; rejects when the connection breaks. */
  ended: Promise<number>;
  /** Ends its input and the connection. */
  close: () => void;
}

/** Attached to the main process of a container: its input and output. */
export interface Attached {
  write: (text: string) => void;
  /** Resolves when the connection has ended, at either end. */
  left: Promise<void>;
  close: () => void;
}

export interface Cluster {
  context: string;
  namespace: string;
  core: CoreV1Api;
  batch: BatchV1Api;
  custom: CustomObjectsApi;
  version: VersionApi;
  /** Runs a program in a container to its end, by its argument vector; returns stdout and stderr as one. */
  exec: (at: InPod, argv: string[]) => Promise<Ran>;
  /** Starts a program and stays connected; `hear` gets its output in chunks. */
  open: (at: InPod, argv: string[], hear: (chunk: Buffer) => void) => Promise<Line>;
  /** Attaches to a running container; its earlier output is not received. */
  attach: (at: InPod, hear: (chunk: Buffer) => void) => Promise<Attached>;
}

/** The timeout of a request: an API server that hangs would hang the drill. */
const ANSWERS_WITHIN_MS = 30_000;
/** The client's name for the context that it makes up without a kubeconfig. */
const OF_NO_FILE = "loaded-context";

/** Reads the kubeconfig as kubectl does; throws a usage failure if it does not have the context. Sends no request. */
export function clusterOf({
  context,
  namespace,
  kubeconfig,
}: Pick<Kubernetes, "context" | "namespace" | "kubeconfig">): Cluster {
  const config = configIn(kubeconfig);
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    throw usageFailure(
      `there is no context "${context}"`,
      known.some((name) => name !== OF_NO_FILE)
        ? `the kubeconfig has ${known.join(", ")}`
        : "there is no kubeconfig, or it has no context",
      "correct kubernetes.context, or name the file as kubernetes.kubeconfig",
    );
  }
  // Whatever the current context is or becomes.
  config.setCurrentContext(context);
  const [execs, attaches] = [new Exec(config), new Attach(config)];

  const open: Cluster["open"] = async ({ pod, container }, argv, hear) => {
    const input = new PassThrough();
    const sink = () => sinkTo(hear);
    let report: (status: V1Status) => void = () => {};
    const status = new Promise<V1Status>((resolve) => {
      report = resolve;
    });
    const socket = await execs
      .exec(namespace, pod, container, argv, sink(), sink(), input, false, (reported) => report(reported))
      .catch(unconnected);
    const lost = new Promise<never>((_, reject) => {
      socket.addEventListener("close", () => reject(new Error(`the connection to ${pod} (${container}) broke`)));
      socket.addEventListener("error", () => reject(new Error(`the connection to ${pod} (${container}) failed`)));
    });
    const ended = Promise.race([status.then(exitCodeOf), lost]);
    // Callers that await it see the rejection; others do not care.
    ended.catch(() => {});
    lost.catch(() => {});
    return {
      write: (text) => void input.write(text),
      ended,
      close: () => {
        input.end();
        socket.close();
      },
    };
  };

  const attach: Cluster["attach"] = async ({ pod, container }, hear) => {
    const input = new PassThrough();
    const socket = await attaches
      .attach(namespace, pod, container, sinkTo(hear), sinkTo(hear), input, false)
      .catch(unconnected);
    const left = new Promise<void>((resolve) => {
      socket.addEventListener("close", () => resolve());
      socket.addEventListener("error", () => resolve());
    });
    const close = () => {
      input.end();
      socket.close();
    };
    return { write: (text) => void input.write(text), left, close };
  };

  return {
    ...{ context, namespace, open, attach },
    core: apiOf(config, CoreV1Api),
    batch: apiOf(config, BatchV1Api),
    custom: apiOf(config, CustomObjectsApi),
    version: apiOf(config, VersionApi),
    exec: async (at, argv) => {
      const chunks: Buffer[] = [];
      const line = await open(at, argv, (chunk) => void chunks.push(chunk));
      const exitCode = await line.ended;
      return { exitCode, output: Buffer.concat(chunks).toString("utf8") };
    },
  };
}

/** One file, or several as in the variable KUBECONFIG; if none is named, the one that kubectl would use. */
function configIn(kubeconfig: string | undefined): KubeConfig {
  const config = new KubeConfig();
  const given = kubeconfig ?? process.env.KUBECONFIG ?? "";
  const named = existsSync(given) ? [given] : given.split(delimiter).filter((path) => path !== "");
  // Missing files are ignored if there are several.
  const [first, ...others] = named.length > 1 ? named.filter(existsSync) : named;
  try {
    if (first === undefined) config.loadFromDefault();
    else config.loadFromFile(first);
    for (const path of others) {
      const more = new KubeConfig();
      more.loadFromFile(path);
      add(more, config);
    }
  } catch (error) {
    throw usageFailure(
      "the kubeconfig cannot be read",
      reasonOf(error),
      "name the file as kubernetes.kubeconfig, or in the variable KUBECONFIG",
    );
  }
  return config;
}

/** The first of two with the same name counts, as with kubectl. */
function add(more: KubeConfig, config: KubeConfig): void {
  for (const each of more.getClusters()) if (config.getCluster(each.name) === null) config.addCluster(each);
  for (const each of more.getUsers()) if (config.getUser(each.name) === null) config.addUser(each);
  for (const each of more.getContexts()) if (config.getContextObject(each.name) === null) config.addContext(each);
}

function apiOf<Api extends ApiType>(config: KubeConfig, Api: ApiConstructor<Api>): Api {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined)
    throw usageFailure(
      `the context "${config.getCurrentContext()}" has no cluster`,
      "the kubeconfig names a cluster that it does not define",
      "correct the kubeconfig",
    );
  return new Api(
    createConfiguration({
      baseServer: new ServerConfiguration(server, {}),
      authMethods: { default: config },
      promiseMiddleware: [
        {
          pre: async (request) => {
            request.setSignal(AbortSignal.timeout(ANSWERS_WITHIN_MS));
            return request;
          },
          post: async (answer) => answer,
        },
      ],
    }),
  );
}

function sinkTo(hear: (chunk: Buffer) => void): Writable {
  return new Writable({
    write: (chunk: Buffer, _, done) => {
      hear(chunk);
      done();
    },
  });
}

/** A socket that cannot be opened reports an event, not an Error. */
function unconnected(event: unknown): never {
  if (event instanceof Error) throw event;
  const { message } = event as { message?: unknown };
  throw new Error(typeof message === "string" && message !== "" ? message : "no connection");
}

/** From the kubelet's status: success, or a cause with the code. */
function exitCodeOf({ status, details, message }: V1Status): number {
  if (status === "Success") return 0;
  const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (code === undefined) throw new Error(message ?? "it could not be run");
  return Number(code);
}
