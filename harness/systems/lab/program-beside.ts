/** A program in a container of its own, in the run's network or in another container's network namespace. */
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
  const prepared =
    "beside" in where
      ? new HostContainer({ run, image, network: "none" }, name).inNetworkOf(where.beside)
      : new HostContainer({ run, image, network: where.network }, name);
  const container = await prepared
    .withEnvironment(environment)
    // The files that it writes belong to the user who runs the drill.
    .withHostFolders(folders, await callerIn(engine))
    .withCommand(command)
    .start();
  const handle = handleOf(engine, container);
  return {
    ended: handle.wait().then((result: { StatusCode: number }) => result.StatusCode),
    log: async () => (await readLog(handle)).toString("utf8"),
  };
}
