/** The container of a node: started, queried, and removed without a trace. */
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DrillFailure } from "../../harness/model/program/failure.ts";
import { until } from "../../harness/system/waiting.ts";
import { readLog } from "../../harness/systems/lab/container-log.ts";
import type { Engine } from "../../harness/systems/lab/engine.ts";
import { dockerOf } from "../../harness/systems/lab/engine-client.ts";
import { labelsOf } from "../../harness/systems/lab/ownership.ts";

/** Keeps images from node to node, because importing them takes longer than starting a node. */
const IMAGES = "fhirdrill-kubernetes-images";
export const ADMIN = "/etc/kubernetes/admin.conf";
const START_DEADLINE_MS = 120_000;
/** It removes its pods' control groups. */
const STOP_SECONDS = 10;

export interface NodeContainer {
  /** The engine's name of it. */
  name: string;
  /** Where it answers from this machine. */
  address: string;
  /** The text of a kubeconfig whose only context is `node`. */
  kubeconfig: string;
  /** Runs a program in it, with that input, and resolves with its output. Throws unless it exits with 0. */
  run: (argv: string[], input?: NodeJS.ReadableStream) => Promise<string>;
  stop: () => Promise<void>;
}

/** Resolves when the API server answers. */
export async function startNodeContainer(engine: Engine, image: string, name: string): Promise<NodeContainer> {
  const docker = dockerOf(engine);
  const users = await docker.listContainers({ filters: { volume: [IMAGES] } });
  const container = await docker.createContainer({
    ...{ Image: image, name, Labels: labelsOf(name) },
    HostConfig: {
      // The capabilities of a privileged container, except one that root may lack, as inside another container.
      ...{ CapAdd: ["ALL"], CapDrop: ["SYS_RESOURCE"], SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"] },
      ...{ MaskedPaths: [], ReadonlyPaths: [], DeviceCgroupRules: ["a *:* rwm"] },
      Devices: [{ PathOnHost: "/dev/kmsg", PathInContainer: "/dev/kmsg", CgroupPermissions: "rwm" }],
      // As a spread, because the types lack it.
      ...{ CgroupnsMode: "host" },
      // Two nodes cannot share it: a second one has its own volume, which is removed with it.
      Binds: ["/sys/fs/cgroup:/sys/fs/cgroup:rw", ...(users.length > 0 ? [] : [`${IMAGES}:/var/lib/containerd`])],
    },
  });

  const run: NodeContainer["run"] = async (argv, input) => {
    const exec = await container.exec({
      ...{ Cmd: argv, AttachStdout: true, AttachStderr: true, AttachStdin: input !== undefined },
    });
    const line = await exec.start({ hijack: true, stdin: input !== undefined });
    const [output, errors] = [new PassThrough(), new PassThrough()];
    docker.modem.demuxStream(line, output, errors);
    line.on("end", () => [output, errors].forEach((stream) => void stream.end()));
    const [printed, complained] = await Promise.all([textOf(output), textOf(errors), input && pipeline(input, line)]);
    const { ExitCode } = await exec.inspect();
    if (ExitCode !== 0) throw new Error(`${argv.join(" ")} exited with ${ExitCode}: ${complained || printed}`);
    return printed;
  };

  const stop = async () => {
    await container.stop({ t: STOP_SECONDS }).catch(() => {});
    await container.remove({ force: true, v: true });
  };

  try {
    await container.start();
    const kubeconfig = await until(
      { what: "the node's API server to answer", deadlineMs: START_DEADLINE_MS },
      async () => {
        if (!(await container.inspect()).State.Running)
          throw new DrillFailure({
            what: "the node died while starting",
            why: (await readLog(container)).toString("utf8"),
            todo: "see what is said above",
          });
        return run(["cat", ADMIN]);
      },
    );
    const { Networks } = (await container.inspect()).NetworkSettings;
    return { name, address: addressIn(Networks), kubeconfig, run, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function textOf(stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

function addressIn(networks: Record<string, { IPAddress: string }>): string {
  const address = Object.values(networks)[0]?.IPAddress;
  if (!address) throw new Error("the node's container has no address");
  return address;
}
