/** A program in a container of its own, in a run's network. */
import type { ProgramOrder, RunningProgram } from "../../system/program.ts";
import { handleOf, type Where } from "./container.ts";
import { readLog } from "./container-log.ts";
import type { Engine } from "./engine.ts";
import { callerIn, HostContainer } from "./host-folder.ts";

export async function runBeside(
  engine: Engine,
  where: Pick<Where, "run" | "network">,
  { name, image, environment, folders, command }: ProgramOrder,
): Promise<RunningProgram> {
  const container = await new HostContainer({ ...where, image }, name)
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
