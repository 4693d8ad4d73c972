/** Checks a container that was broken, and undoes that: through the engine, or beside it in its network namespace. */
import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../../model/program/failure.ts";
import type { Docker } from "../lab/engine-client.ts";
import type { Ran } from "./beside.ts";
import { commandOf, startCommand } from "./by-hand.ts";
import { IS_CUT_OFF, REJOIN } from "./isolation.ts";
import type { ContainerUndo } from "./journal.ts";
import { isLimit, limitOf, restoring } from "./limit.ts";

export interface At {
  docker: Docker;
  /** Runs a script in the container's network namespace, with the rights and tools for iptables. */
  inNetwork: (undo: Extract<ContainerUndo, { how: "rejoin" }>, script: string) => Promise<Ran>;
}

/**
 * `whole`: it runs, is not frozen, and nothing is left of the fault. `replaced`: another container has its name now; `gone`:
 * none has. The fault ended with it. `command`: repairs what was observed, by hand.
 */
export type Seen = { seen: string } & ({ is: "whole" | "replaced" | "gone" } | { is: "broken"; command: string });

export interface Mended {
  before: Seen;
  after: Seen;
}

const AGAIN_MS = 500;

/**
 * Returns what was observed before and after: `broken`, then `whole` means that the fault was undone. Retries until it is
 * whole or `withinMs` have passed. Rejects if the state is unknown.
 */
export async function mend(at: At, undo: ContainerUndo, withinMs: number): Promise<Mended> {
  return mendBy({ check: () => checkContainer(at, undo), act: () => act(at, undo) }, withinMs);
}

/** The same for any target. `act` does nothing if nothing is needed. */
export async function mendBy(
  { check, act }: { check: () => Promise<Seen>; act: () => Promise<unknown> },
  withinMs: number,
): Promise<Mended> {
  const endMs = performance.now() + withinMs;
  const before = await check();
  for (let after = before; ; ) {
    if (after.is !== "broken") return { before, after };
    const failed = await act().then(() => null, reasonOf);
    after = await check();
    if (after.is !== "broken") return { before, after };
    if (performance.now() > endMs)
      return { before, after: failed === null ? after : { ...after, seen: `${after.seen}, and ${failed}` } };
    await sleep(AGAIN_MS);
  }
}

/** Does nothing if nothing is needed; a later check sees what others have undone at the same time. */
async function act({ docker, inNetwork }: At, undo: ContainerUndo): Promise<void> {
  const handle = docker.getContainer(undo.container.id);
  const { State } = await handle.inspect();
  if (undo.how === "processor") await handle.update(restoring(undo.was));
  if (undo.how === "rejoin" && runs(State)) {
    const { exitCode, output } = await inNetwork(undo, REJOIN);
    if (exitCode !== 0) throw new Error(output.trim() || "the rules could not be removed");
  }
  if ((undo.how === "unpause" || undo.how === "start") && State.Paused) await handle.unpause();
  if (undo.how === "start" && !runs(State)) await handle.start();
}

export async function checkContainer({ docker, inNetwork }: At, undo: ContainerUndo): Promise<Seen> {
  const { id } = undo.container;
  const found = await inspect(docker, id);
  if (found === null) return whereabouts(docker, undo.container);
  const { State } = found;
  const broken = (seen: string, command = commandOf(undo)): Seen => ({ is: "broken", seen, command });
  if (undo.how === "processor" && !isLimit(limitOf(found), undo.was)) return broken("its processors are limited");
  if (!runs(State)) return broken(`it is ${State.Status}`, startCommand(undo));
  if (State.Paused) return broken("it is frozen", `docker unpause ${id}`);
  if (undo.how === "processor")
    return { is: "whole", seen: "it runs, is not frozen, and has the processors that it had" };
  if (undo.how !== "rejoin") return { is: "whole", seen: "it runs and is not frozen" };
  const { exitCode, output } = await inNetwork(undo, IS_CUT_OFF);
  if (exitCode === 0) return broken("every packet to it and from it is dropped");
  if (exitCode !== 1) throw new Error(`it is unknown whether it is isolated: ${output.trim()}`);
  return { is: "whole", seen: "it runs, is not frozen, and nothing of ours is in its network" };
}

/** `null` if the engine does not have it. */
export async function inspect(docker: Docker, id: string) {
  return docker
    .getContainer(id)
    .inspect()
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return null;
      throw error;
    });
}

/** For a container that the engine does not have any more. */
export async function whereabouts(docker: Docker, { id, name }: ContainerUndo["container"]): Promise<Seen> {
  const all = await docker.listContainers({ all: true });
  const now = all.find(({ Names }) => Names.includes(`/${name}`));
  const gone = `the container ${name} is gone: the engine has no ${short(id)} any more`;
  return now === undefined
    ? { is: "gone", seen: `${gone}, and no other has its name` }
    : { is: "replaced", seen: `${gone}; ${short(now.Id)}, which was not broken, has its name now` };
}

/** Not by `State.Running`, which the engine sets even for one that waits to be restarted. */
export function runs({ Status }: { Status: string }): boolean {
  return Status === "running" || Status === "paused";
}

const short = (id: string) => id.slice(0, 12);
