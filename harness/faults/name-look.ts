/** What a part finds when it looks for the server of all links by its name, and connects to what it found. */
import type { Part } from "../model/side.ts";
import { LINK_SERVER } from "../topology/links.ts";
import { containerOf } from "../topology/parts.ts";
import type { Topology } from "../topology/topology.ts";

export interface NameLook {
  /** `null` when the name is not known there. */
  address: string | null;
  connects: boolean;
}

const SCRIPT = `
timeout 1 getent ahostsv4 ${LINK_SERVER.name} | head -n 1
timeout 1 bash -c 'exec 3<>/dev/tcp/${LINK_SERVER.name}/${LINK_SERVER.port}' 2>/dev/null && echo connects`;

/** Of a part that does not run nothing can be seen: `null`. */
export async function lookFor(topology: Topology, part: Part): Promise<NameLook | null> {
  const done = await topology.netfilter.run(containerOf(topology, part), SCRIPT);
  return done && readLook(done.output);
}

export function readLook(output: string): NameLook {
  return {
    address: /^[\d.]+(?=\s)/m.exec(output)?.[0] ?? null,
    connects: /^connects$/m.test(output),
  };
}
