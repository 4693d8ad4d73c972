/** Sends the clients to a side, and looks whether they get there. */
import type { Side } from "../model/side.ts";
import { until } from "../system/waiting.ts";
import type { Topology } from "../topology/topology.ts";
import { readCanary } from "./health.ts";

const EDGE_TIMEOUT_MS = 2000;

export async function latchTo(topology: Topology, side: Side): Promise<{ servedBy: string }> {
  await topology.proxy.latch(side);
  return { servedBy: await whoServes(topology, side) };
}

/**
 * Who answers at the clients' address, by the proxy's word: the evidence that the latch took. A connection that is kept
 * open still ends at the proxy's old worker for a moment, so it is asked until it says the side, or time is up.
 */
async function whoServes(topology: Topology, side: Side): Promise<string> {
  let servedBy = "nobody";
  const waiting = { what: `the proxy to go to ${side.toUpperCase()}`, deadlineMs: EDGE_TIMEOUT_MS, everyMs: 20 };
  await until(waiting, async () => {
    const answer = await readCanary(topology.links.addressOf("edge"), EDGE_TIMEOUT_MS);
    servedBy = answer?.headers.get("X-Served-By") ?? "nobody";
    return servedBy === side;
  }).catch(() => {});
  return servedBy;
}
