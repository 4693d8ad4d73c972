/** The containers that can be broken, by the names of what they are: killed, started again, and how one finds them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { StartedTestContainer } from "testcontainers";
import type { Part, Side } from "../model/side.ts";
import { handleOf } from "./container.ts";
import type { Topology } from "./topology.ts";

/** A part that does its work answers within this. */
const LOOK_MS = 2000;

/** `silent`: it runs, and does not answer. `frozen`: nor does the engine let it run. */
export type PartState = "dead" | "frozen" | "silent" | "works";

export function containerOf(topology: Topology, part: Part): StartedTestContainer {
  return find(topology, part).container;
}

/** The engine's own handle of a part. */
export function handleOfPart(topology: Topology, part: Part) {
  return handleOf(topology.engine, containerOf(topology, part));
}

/** What the engine says of it, and whether it answers: SQL, a request, or readiness for requests. */
export async function stateOf(topology: Topology, part: Part): Promise<PartState> {
  const { Running, Paused } = (await handleOfPart(topology, part).inspect()).State;
  if (!Running) return "dead";
  const answer = find(topology, part)
    .answers()
    .catch(() => false);
  if (await Promise.race([answer, sleep(LOOK_MS, false, { ref: false })])) return "works";
  return Paused ? "frozen" : "silent";
}

/** One that is down already, by somebody else's hand, is as dead. */
export async function kill(topology: Topology, part: Part): Promise<void> {
  await handleOfPart(topology, part)
    .kill({ signal: "SIGKILL" })
    .catch(async (error) => {
      if ((await handleOfPart(topology, part).inspect()).State.Running) throw error;
    });
}

/**
 * As a machine comes back after its power was cut: what ends here frozen is killed first, and never does what it was
 * about to do. A part that runs is left alone. Says whether it was started; it need not answer yet.
 */
export async function startAgain(topology: Topology, part: Part): Promise<boolean> {
  const { Running, Paused } = (await handleOfPart(topology, part).inspect()).State;
  if (Running && !Paused) return false;
  if (Paused) await killFrozen(topology, part);
  await handleOfPart(topology, part).start();
  return true;
}

/**
 * The signal gets this far ahead of the order to run again, and a part that runs with it pending dies at once. Left to
 * itself, the engine was seen to wait a quarter of a minute for a frozen PostgreSQL to die.
 */
const SIGNAL_AHEAD_MS = 500;

async function killFrozen(topology: Topology, part: Part): Promise<void> {
  const thaw = async () => {
    await sleep(SIGNAL_AHEAD_MS);
    // Refused where it has died already.
    await handleOfPart(topology, part)
      .unpause()
      .catch(() => {});
  };
  await Promise.all([kill(topology, part), thaw()]);
}

function find(
  { hapi, postgres, proxy }: Topology,
  part: Part,
): { container: StartedTestContainer; answers: () => Promise<boolean> } {
  if (part === "nginx") {
    return { container: proxy.container, answers: async () => (await proxy.readClock(() => 0)).epochMs > 0 };
  }
  const [kind, side] = part.split("-") as ["hapi" | "pg", Side];
  if (kind === "hapi") return { container: hapi[side].container, answers: () => hapi[side].isReady(LOOK_MS) };
  const { container, query } = postgres[side];
  return { container, answers: async () => (await query("select 1", [], LOOK_MS)).length === 1 };
}
