/** A Kubernetes cluster, by one context and in one namespace: nothing here reaches further by itself. */
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

/** A program in a container that goes on until it ends or is let go. */
export interface Line {
  write: (text: string) => void;
  /** Its exit code; rejects when the connection breaks. */
  ended: Promise<number>;
  /** Lets go of it: its input ends. */
  close: () => void;
}

/** The first process of a container, whose output and input we share. */
export interface Attached {
  write: (text: string) => void;
  /** Resolves when the line has ended, whoever ended it. */
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
  /** Runs a program in a container to its end, by its argument vector; standard output and error are told as one. */
  exec: (at: InPod, argv: string[]) => Promise<Ran>;
  /** Starts one and stays connected: what it prints is heard piece by piece. */
  open: (at: InPod, argv: string[], hear: (piece: Buffer) => void) => Promise<Line>;
  /** To a container that runs already; what it has said before is not heard. */
  attach: (at: InPod, hear: (piece: Buffer) => void) => Promise<Attached>;
}

/** A request for longer than that is not waited for: an API server that hangs would hang the drill. */
const ANSWERS_WITHIN_MS = 30_000;
/** What the client calls the context that it makes up where it finds no file. */
const OF_NO_FILE = "loaded-context";

/** Reads the kubeconfig as kubectl does; throws a usage failure where it does not know the context. Asks nobody. */
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
  // Whatever is current there, or becomes it meanwhile.
  config.setCurrentContext(context);
  const [execs, attaches] = [new Exec(config), new Attach(config)];

  const open: Cluster["open"] = async ({ pod, container }, argv, hear) => {
    const input = new PassThrough();
    const sink = () => sinkTo(hear);
    let tell: (status: V1Status) => void = () => {};
    const status = new Promise<V1Status>((resolve) => {
      tell = resolve;
    });
    const socket = await execs
      .exec(namespace, pod, container, argv, sink(), sink(), input, false, (said) => tell(said))
      .catch(unconnected);
    const lost = new Promise<never>((_, reject) => {
      socket.addEventListener("close", () => reject(new Error(`the connection to ${pod} (${container}) broke`)));
      socket.addEventListener("error", () => reject(new Error(`the connection to ${pod} (${container}) failed`)));
    });
    const ended = Promise.race([status.then(exitCodeOf), lost]);
    // Whoever waits hears of it; whoever has let go does not care.
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
      const pieces: Buffer[] = [];
      const line = await open(at, argv, (piece) => void pieces.push(piece));
      const exitCode = await line.ended;
      return { exitCode, output: Buffer.concat(pieces).toString("utf8") };
    },
  };
}

/** One file, or several as the variable KUBECONFIG has them; as kubectl finds it where none is named. */
function configIn(kubeconfig: string | undefined): KubeConfig {
  const config = new KubeConfig();
  const given = kubeconfig ?? process.env.KUBECONFIG ?? "";
  const named = existsSync(given) ? [given] : given.split(delimiter).filter((path) => path !== "");
  // Of several, those that are not there do not count.
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

/** Of two with one name the first counts, as kubectl has it. */
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
      "the kubeconfig names one that it does not describe",
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

function sinkTo(hear: (piece: Buffer) => void): Writable {
  return new Writable({
    write: (piece: Buffer, _, done) => {
      hear(piece);
      done();
    },
  });
}

/** What a socket that cannot be opened says is no Error. */
function unconnected(event: unknown): never {
  if (event instanceof Error) throw event;
  const { message } = event as { message?: unknown };
  throw new Error(typeof message === "string" && message !== "" ? message : "no connection");
}

/** As the kubelet tells it: success, or a cause that has the code. */
function exitCodeOf({ status, details, message }: V1Status): number {
  if (status === "Success") return 0;
  const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (code === undefined) throw new Error(message ?? "it could not be run");
  return Number(code);
}
