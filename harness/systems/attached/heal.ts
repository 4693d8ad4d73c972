/** Undoes the open entries of a run's undo journal, when the process that broke something has died. */
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../../model/program/failure.ts";
import type { Engine } from "../lab/engine.ts";
import { dockerOf } from "../lab/engine-client.ts";
import { inNetworkOf, scriptBeside } from "./beside.ts";
import { commandOf } from "./by-hand.ts";
import { removeSpent } from "./dead-mans-switch.ts";
import { must, SEEN_GONE, seenBy } from "./hook-fault.ts";
import { type ContainerUndo, type Entry, type HookUndo, Journal, type Undo } from "./journal.ts";
import { type Cluster, clusterOf } from "./kubernetes/cluster.ts";
import { mendPod } from "./kubernetes/mend-pod.ts";
import type { PodUndo } from "./kubernetes/undo.ts";
import { type Mended, mend } from "./mend.ts";

/**
 * `undone`: the fault was in force. `not-in-force`: nothing was left of it. `failed`: it may still be in force, or its target
 * is not well. `command`: to undo it by hand, if possible.
 */
export type Outcome =
  | { outcome: "undone" | "not-in-force"; seen: string }
  | { outcome: "failed"; why: string; command: string | null };

export type Healed = Pick<Entry, "fault" | "of" | "at"> & Outcome;

/** How long the end of each fault may take to show. */
const WITHIN_MS = 30_000;
const AGAIN_MS = 1000;

/**
 * Newest first, each by itself; repeating it does no harm. `engine`: `null` if none answers. `tools`: the image to end
 * isolations with, if not the one that made them. Throws only if the journal is damaged or cannot be written.
 */
export async function healFromJournal(
  engine: Engine | null,
  folder: string,
  tools: string | null = null,
  withinMs = WITHIN_MS,
): Promise<Healed[]> {
  // Its entries were checked against the run's secrets when they were written.
  const journal = new Journal(folder, null);
  const all: Healed[] = [];
  for (const entry of journal.entries.toReversed()) {
    const { fault, of, at, undo, healed } = entry;
    const outcome: Outcome =
      healed !== null
        ? { outcome: "not-in-force", seen: `healed at ${healed.at}: ${healed.seen}` }
        : await healBy(undo, { engine, run: basename(folder), tools, withinMs }).catch(
            (error) => ({ outcome: "failed", why: reasonOf(error), command: commandOf(undo) }) as const,
          );
    if (healed === null && outcome.outcome !== "failed") journal.healed(entry, outcome.seen);
    all.push({ fault, of, at, ...outcome });
  }
  if (engine !== null) await removeSpent(dockerOf(engine));
  return all;
}

async function healBy(
  undo: Undo,
  by: { engine: Engine | null; run: string; tools: string | null; withinMs: number },
): Promise<Outcome> {
  if (undo.how === "hook") return healHook(undo, by.withinMs);
  if ("cluster" in undo) return outcomeOf(await mendPod(clusterIn(undo), undo, by.withinMs));
  return healContainer(by.engine, by, undo, by.withinMs);
}

/** The cluster, with the context and kubeconfig that the fault was injected with. */
export function clusterIn({ cluster: { kubeconfig, ...rest } }: PodUndo): Cluster {
  return clusterOf({ ...rest, ...(kubeconfig === null ? {} : { kubeconfig }) });
}

async function healContainer(
  engine: Engine | null,
  { run, tools }: { run: string; tools: string | null },
  undo: ContainerUndo,
  withinMs: number,
): Promise<Outcome> {
  if (engine === null) throw new Error("no container engine answers");
  const at = {
    docker: dockerOf(engine),
    inNetwork: ({ container, image }: Extract<ContainerUndo, { how: "rejoin" }>, script: string) =>
      scriptBeside(engine, { image: tools ?? image, run }, script, inNetworkOf(container.id)),
  };
  return outcomeOf(await mend(at, undo, withinMs));
}

function outcomeOf({ before, after }: Mended): Outcome {
  if (after.is === "broken") return { outcome: "failed", why: after.seen, command: after.command };
  // The fault is gone with its container, but the container is missing.
  if (after.is === "gone") return { outcome: "failed", why: after.seen, command: null };
  return { outcome: before.is === "broken" && after.is === "whole" ? "undone" : "not-in-force", seen: after.seen };
}

/** Always runs the hook's own `heal`: `evidence` may report it cleared without seeing all of it. */
async function healHook(undo: HookUndo, withinMs: number): Promise<Outcome> {
  const endMs = performance.now() + withinMs;
  const before = await seenBy(undo);
  const failed = await must(undo.heal, undo).then(() => null, reasonOf);
  for (;;) {
    const after = await seenBy(undo);
    if (after.gone === true) return { outcome: before.gone === true ? "not-in-force" : "undone", seen: SEEN_GONE };
    if (failed !== null || performance.now() > endMs) {
      const seen = String(
        after.detail.why ?? `its evidence does not report it cleared: ${JSON.stringify(after.detail)}`,
      );
      return { outcome: "failed", why: failed === null ? seen : `${failed}; ${seen}`, command: commandOf(undo) };
    }
    await sleep(AGAIN_MS);
  }
}
