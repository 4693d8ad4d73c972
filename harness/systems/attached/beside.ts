/** Runs a command in a temporary container beside a target. */
import type { Engine } from "../lab/engine.ts";
import { dockerOf } from "../lab/engine-client.ts";
import { labelsOf } from "../lab/ownership.ts";

export interface Ran {
  exitCode: number;
  output: string;
}

/** If we die in between, the container has the run's labels and is removed with the rest of the run. */
export async function scriptBeside(
  engine: Engine,
  { image, run }: { image: string; run: string },
  script: string,
  host: { NetworkMode: string; PidMode?: string; CapAdd?: string[] },
): Promise<Ran> {
  const container = await dockerOf(engine).createContainer({
    ...{ Image: image, Entrypoint: ["bash", "-c", script], Tty: true, Labels: labelsOf(run) },
    HostConfig: host,
  });
  try {
    await container.start();
    const { StatusCode } = await container.wait();
    const output = await container.logs({ stdout: true, stderr: true });
    return { exitCode: StatusCode, output: output.toString("utf8") };
  } finally {
    await container.remove({ force: true });
  }
}

export const inNetworkOf = (id: string) => ({ NetworkMode: `container:${id}`, CapAdd: ["NET_ADMIN"] });
