/**
 * Brings a topology back to the initial state of `async`, whatever a drill did to it: A serves, and B follows with what
 * A holds. The database remains a used one.
 */
import type { Config } from "../harness/model/plan/config.ts";
import { type ComponentName, LINKS, type Link, SITES } from "../harness/model/plan/site.ts";
import { startClock } from "../harness/model/record/clock.ts";
import type { DrillEvent } from "../harness/model/record/event.ts";
import type { Lost, State } from "../harness/operator/duty.ts";
import { rebuild } from "../harness/operator/rebuild.ts";
import { fence, isFenced, unfence } from "../harness/replication/logical/fence.ts";
import { lagBytes } from "../harness/replication/logical/slots.ts";
import { stopFollowing } from "../harness/replication/logical/stop-following.ts";
import { setDurability } from "../harness/replication/logical/subscription.ts";
import { filesOf, reload } from "../harness/systems/lab/proxy.ts";
import type { Topology } from "../harness/systems/lab/topology.ts";
import { CONFIGS } from "../scenarios/configs.ts";

const ASYNC = CONFIGS.find(({ name }) => name === "async") as Config;

export async function makeWhole(topology: Topology): Promise<void> {
  const { hapi, postgres, proxy } = topology;
  const start = (parts: readonly ComponentName[]) =>
    Promise.all(parts.map((part) => topology.component(part).startAgain()));
  await start(["pg-a", "pg-b", "nginx"]);
  await Promise.all(SITES.map((side) => postgres[side].untilReady()));
  // Before the servers: a server that boots without a route to its database dies.
  for (const link of LINKS) await open(topology, link);
  // If B is rebuilt, that stops and starts its server.
  await start(["hapi-a"]);
  await reload(proxy.container, await filesOf(ASYNC));
  await stopFollowing(postgres.a);
  await unfence(postgres.a);
  await setDurability(postgres.a, ASYNC.replication);
  if (await isFollowed(topology)) await start(["hapi-b"]);
  else await rebuildB(topology);
  await Promise.all(SITES.map((side) => hapi[side].startAgain()));
}

/**
 * Gives a healthy topology the settings of another configuration; the tables of jobs stay replicated in all of them.
 */
export async function configure({ proxy, postgres }: Topology, config: Config): Promise<void> {
  await reload(proxy.container, await filesOf(config));
  await setDurability(postgres.a, config.replication);
  await (config.fencing ? fence : unfence)(postgres.b);
}

async function open({ links }: Topology, link: Link): Promise<void> {
  for (const name of await links.toxicsOf(link)) await links.removeToxic(link, name);
  await links.redirect(link, link);
}

/** A site without writes of its own. */
async function isFollowed({ postgres: { a, b } }: Topology): Promise<boolean> {
  return (await isFenced(b)) && (await lagBytes(a, "b")) !== null;
}

/** Rebuilds a site, as the operator does when it comes back. */
async function rebuildB(topology: Topology): Promise<void> {
  // Its old data is discarded first, because its disk is small.
  await topology.postgres.b.query("checkpoint");
  const told: DrillEvent[] = [];
  const lost: Lost = { side: "b", remoteLsn: null, saved: true, leftAlone: false };
  const state: State = { primary: "a", follower: null, tookOverMs: null, lost, saved: [] };
  const nothing = async () => {};
  const reports = {
    event: (event: DrillEvent) => void told.push(event),
    ...{ now: startClock(), probe: nothing, returned: nothing, stranded: nothing },
  };
  await rebuild({ system: topology, config: ASYNC, state, reports, signal: new AbortController().signal }, lost);
  if (state.follower !== "b") throw new Error(`B was not rebuilt: ${JSON.stringify(told.at(-1))}`);
}
