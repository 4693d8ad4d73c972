/** The logs of a run's containers. */
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import { readLog } from "./container-log.ts";
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";
import { RUN_LABEL } from "./ownership.ts";

/** Saves the log of every container of the run, running or not. An unreadable one does not stop the others. */
export async function saveLogs(engine: Engine, run: string, save: (name: string, text: Buffer) => void): Promise<void> {
  const docker = dockerOf(engine);
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
    what: "some logs could not be saved",
    why: unread.join("; "),
    todo: "check the free space",
  });
}
