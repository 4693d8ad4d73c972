/** A program in a container of its own, in a run's network or in that of another container. */
import type { StartedTestContainer } from "testcontainers";
import type { ProgramOptions, RunningProgram } from "../../system/program.ts";
import { handleOf, type Where } from "./container.ts";
import { readLog } from "./container-log.ts";
import type { Engine } from "./engine.ts";
import { callerIn, HostContainer } from "./host-folder.ts";

export async function runBeside(
  engine: Engine,
  { run, ...where }: Pick<Where, "run"> & ({ network: string } | { beside: StartedTestContainer }),
  { name, image, environment, folders, command }: ProgramOptions,
): Promise<RunningProgram> {
  const order =
    "beside" in where
      ? new HostContainer({ run, image, network: "none" }, name).inNetworkOf(where.beside)
      : new HostContainer({ run, image, network: where.network }, name);
  const container = await order
    .withEnvironment(environment)
    // The files it writes belong to the user who runs the drill.
    .withHostFolders(folders, await callerIn(engine))
    .withCommand(command)
    .start();
  const handle = handleOf(engine, container);
  return {
    ended: handle.wait().then((result: { StatusCode: number }) => result.StatusCode),
    log: async () => (await readLog(handle)).toString("utf8"),
  };
}
