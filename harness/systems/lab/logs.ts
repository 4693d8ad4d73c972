/** What the containers of a run have written. */
import { DrillFailure, reasonOf } from "../../model/failure.ts";
import { readLog } from "./container-log.ts";
import type { Engine } from "./engine.ts";
import { RUN_LABEL } from "./ownership.ts";

/** Of every container of the run, whether it runs or not. One that cannot be read does not keep the others from it. */
export async function saveLogs(engine: Engine, run: string, save: (name: string, text: Buffer) => void): Promise<void> {
  const docker = engine.container.dockerode;
  const filters = { label: [`${RUN_LABEL}=${run}`] };
  const unread: string[] = [];
  for (const { Id, Names } of await docker.listContainers({ all: true, filters })) {
    const name = (Names[0] ?? Id).replace(`/fhirdrill-${run}-`, "");
    try {
      save(name, await readLog(docker.getContainer(Id), { timestamps: true }));
    } catch (error) {
      unread.push(`${name}: ${reasonOf(error)}`);
    }
  }
  if (unread.length === 0) return;
  throw new DrillFailure({
    what: "not every log could be saved",
    why: unread.join("; "),
    todo: "check the free space",
  });
}
