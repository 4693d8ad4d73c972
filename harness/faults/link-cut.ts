/** One arrow of the topology is refused: present connections end, new ones find nobody. */
import { connect } from "node:net";
import type { FaultSpec } from "../model/fault.ts";
import type { Link } from "../model/side.ts";
import type { Topology } from "../topology/topology.ts";
import type { Fault } from "./fault.ts";

const LOOK_MS = 1000;

export const linkCut: Fault<Extract<FaultSpec, { kind: "link-cut" }>> = {
  inject: (topology, { link }) => topology.links.setEnabled(link, false),
  evidence: async (topology, { link }) => {
    const enabled = await topology.links.isEnabled(link);
    const connection = await lookAt(topology, link);
    return { bit: connection !== "open", detail: { link, enabled, connection } };
  },
  heal: (topology, { link }) => topology.links.setEnabled(link, true),
};

/**
 * What a connection through the link meets. Behind a published port a refusal can look like a connection that is
 * accepted and closed at once, so `closed` counts as refused.
 */
export async function lookAt(topology: Topology, link: Link): Promise<"refused" | "closed" | "open"> {
  const port = topology.links.portOf(link);
  return new Promise((resolve) => {
    let accepted = false;
    const socket = connect({ host: "127.0.0.1", port });
    const end = (seen: "refused" | "closed" | "open") => {
      socket.destroy();
      resolve(seen);
    };
    socket.setTimeout(LOOK_MS, () => end("open"));
    socket.on("connect", () => {
      accepted = true;
    });
    socket.on("error", () => end(accepted ? "closed" : "refused"));
    socket.on("close", () => end(accepted ? "closed" : "refused"));
    socket.resume();
  });
}
