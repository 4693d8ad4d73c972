/** What the containers said, kept beside the record. */
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { RunFolder } from "../store/run-folder.ts";
import { RUN_LABEL } from "../topology/ownership.ts";
import type { Topology } from "../topology/topology.ts";

export async function saveLogs(topology: Topology, folder: RunFolder): Promise<void> {
  const docker = topology.engine.container.dockerode;
  const filters = { label: [`${RUN_LABEL}=${topology.run}`] };
  for (const { Id, Names } of await docker.listContainers({ all: true, filters })) {
    const name = (Names[0] ?? Id).replace(`/fhirdrill-${topology.run}-`, "");
    const raw = await docker.getContainer(Id).logs({ stdout: true, stderr: true, timestamps: true });
    folder.writeLog(name, await demultiplexed(docker, raw));
  }
}

/** The engine sends both outputs as one stream of framed pieces. */
async function demultiplexed(docker: Topology["engine"]["container"]["dockerode"], raw: Buffer): Promise<string> {
  const input = new PassThrough();
  const output = new PassThrough();
  docker.modem.demuxStream(input, output, output);
  input.on("end", () => output.end());
  input.end(raw);
  return text(output);
}
