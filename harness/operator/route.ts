/** Routes the clients to a site and verifies that they reach it. */
import type { SiteName } from "../model/plan/site.ts";
import type { System } from "../system/system.ts";
import { until } from "../system/waiting.ts";
import { readCanary } from "./health.ts";

const EDGE_TIMEOUT_MS = 2000;

export async function routeTo(system: Pick<System, "proxy" | "links">, side: SiteName): Promise<{ servedBy: string }> {
  await system.proxy.route(side);
  return { servedBy: await whoServes(system, side) };
}

/**
 * Which site answers at the clients' address, according to the proxy: the evidence that routing took effect. For a
 * moment, kept-alive connections still end at the proxy's old worker, so this asks until that site answers or the time
 * is up.
 */
async function whoServes(system: Pick<System, "links">, side: SiteName): Promise<string> {
  let servedBy = "nobody";
  const waiting = { what: `the proxy to go to ${side.toUpperCase()}`, deadlineMs: EDGE_TIMEOUT_MS, everyMs: 20 };
  await until(waiting, async () => {
    const answer = await readCanary(system.links.addressOf("edge"), EDGE_TIMEOUT_MS);
    servedBy = answer?.headers.get("X-Served-By") ?? "nobody";
    return servedBy === side;
  }).catch(() => {});
  return servedBy;
}
