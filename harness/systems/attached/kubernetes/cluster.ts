/** A Kubernetes cluster, by one context and in one namespace: nothing here reaches further by itself. */
import { PassThrough, Writable } from "node:stream";
import {
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  Exec,
  KubeConfig,
  PolicyV1Api,
  type V1Status,
} from "@kubernetes/client-node";
import { usageFailure } from "../../../model/failure.ts";
import type { Kubernetes } from "../../../model/plan/own-system.ts";
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

export interface Cluster {
  context: string;
  namespace: string;
  core: CoreV1Api;
  batch: BatchV1Api;
  policy: PolicyV1Api;
  custom: CustomObjectsApi;
  /** Runs a program in a container to its end, by its argument vector; standard output and error are told as one. */
  exec: (at: InPod, argv: string[]) => Promise<Ran>;
  /** Starts one and stays connected: what it prints is heard piece by piece. */
  open: (at: InPod, argv: string[], hear: (piece: Buffer) => void) => Promise<Line>;
}

/** Reads the kubeconfig as kubectl does; throws a usage failure where it does not know the context. Asks nobody. */
export function clusterOf({ context, namespace, kubeconfig }: Kubernetes): Cluster {
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    throw usageFailure(
      `there is no context "${context}"`,
      known.length > 0 ? `the kubeconfig has ${known.join(", ")}` : "the kubeconfig has none",
      "correct kubernetes.context, or name the file as kubernetes.kubeconfig",
    );
  }
  // Whatever is current there, or becomes it meanwhile.
  config.setCurrentContext(context);
  const execs = new Exec(config);

  const open: Cluster["open"] = async ({ pod, container }, argv, hear) => {
    const input = new PassThrough();
    const sink = () =>
      new Writable({
        write: (piece: Buffer, _, done) => {
          hear(piece);
          done();
        },
      });
    let tell: (status: V1Status) => void = () => {};
    const status = new Promise<V1Status>((resolve) => {
      tell = resolve;
    });
    const socket = await execs.exec(namespace, pod, container, argv, sink(), sink(), input, false, (said) =>
      tell(said),
    );
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

  return {
    ...{ context, namespace, open },
    core: config.makeApiClient(CoreV1Api),
    batch: config.makeApiClient(BatchV1Api),
    policy: config.makeApiClient(PolicyV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
    exec: async (at, argv) => {
      const pieces: Buffer[] = [];
      const line = await open(at, argv, (piece) => void pieces.push(piece));
      const exitCode = await line.ended;
      return { exitCode, output: Buffer.concat(pieces).toString("utf8") };
    },
  };
}

/** As the kubelet tells it: success, or a cause that has the code. */
function exitCodeOf({ status, details, message }: V1Status): number {
  if (status === "Success") return 0;
  const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (code === undefined) throw new Error(message ?? "it could not be run");
  return Number(code);
}
