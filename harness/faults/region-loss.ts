/**
 * A whole region is gone at one instant: its links first, all together, so that nothing buffered gets out any more;
 * then its FHIR server and its database are killed.
 */
import type { FaultSpec } from "../model/fault.ts";
import type { Link } from "../model/side.ts";
import { isRunning } from "../topology/container.ts";
import type { Topology } from "../topology/topology.ts";
import type { Fault } from "./fault.ts";
import { lookAt } from "./link-cut.ts";

/**
 * Its server, its database, and the way by which the other side followed it: that one first, so that the order in which
 * the proxy takes the three can never make the loss look smaller than an instant's.
 */
const LINKS_OF_A: Link[] = ["replication", "hapi-a", "pg-a"];

export const regionLoss: Fault<Extract<FaultSpec, { kind: "region-loss" }>> = {
  inject: async (topology) => {
    await Promise.all(LINKS_OF_A.map((link) => topology.links.setEnabled(link, false)));
    await Promise.all(parts(topology).map((container) => kill(topology, container.getId())));
  },
  evidence: async (topology) => {
    const links = await Promise.all(LINKS_OF_A.map(async (link) => [link, await lookAt(topology, link)] as const));
    const running = await Promise.all(parts(topology).map((container) => isRunning(topology.engine, container)));
    const detail = { ...Object.fromEntries(links), "HAPI A runs": running[0], "PostgreSQL A runs": running[1] };
    return { bit: links.every(([, seen]) => seen !== "open") && !running.includes(true), detail };
  },
  heal: async (topology) => {
    const { dockerode } = topology.engine.container;
    const down = [];
    for (const part of parts(topology)) if (!(await isRunning(topology.engine, part))) down.push(part.getId());
    await Promise.all(down.map((id) => dockerode.getContainer(id).start()));
    await Promise.all(LINKS_OF_A.map((link) => topology.links.setEnabled(link, true)));
  },
};

function parts(topology: Topology) {
  return [topology.hapi.a.container, topology.postgres.a.container];
}

async function kill(topology: Topology, id: string): Promise<void> {
  await topology.engine.container.dockerode.getContainer(id).kill({ signal: "SIGKILL" });
}
