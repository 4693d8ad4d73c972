/** What the containers said, kept beside the record. */
import type { RunFolder } from "../store/run-folder.ts";
import { RUN_LABEL } from "../topology/ownership.ts";
import type { Topology } from "../topology/topology.ts";

const HEADER_BYTES = 8;

export async function saveLogs(topology: Topology, folder: RunFolder): Promise<void> {
  const docker = topology.engine.container.dockerode;
  const filters = { label: [`${RUN_LABEL}=${topology.run}`] };
  for (const { Id, Names } of await docker.listContainers({ all: true, filters })) {
    const name = (Names[0] ?? Id).replace(`/fhirdrill-${topology.run}-`, "");
    const raw = await docker.getContainer(Id).logs({ stdout: true, stderr: true, timestamps: true });
    folder.writeLog(name, Buffer.concat(payloads(raw)));
  }
}

/** The engine sends both outputs as one row of pieces, each after a header whose last four bytes are its length. */
function payloads(raw: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= raw.length; ) {
    const end = at + HEADER_BYTES + raw.readUInt32BE(at + HEADER_BYTES - 4);
    pieces.push(raw.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return pieces;
}
