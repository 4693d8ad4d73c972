/**
 * `heal`: undoes, by the journals in the run folders, what drills left broken in the user's own system, and reports what it
 * did. It also stops the load of killed drills.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { EXIT, reasonOf, usageFailure } from "../model/program/failure.ts";
import { findRuns } from "../store/find-runs.ts";
import { toHere } from "../store/here.ts";
import { allRuns, RESULTS, type Unread } from "../store/results.ts";
import { clusterIn, type Healed, healFromJournal } from "../systems/attached/heal.ts";
import { JOURNAL_FILE, openIn, readJournal } from "../systems/attached/journal.ts";
import { removeAbandonedFrom } from "../systems/attached/kubernetes/remove-run.ts";
import type { PodUndo } from "../systems/attached/kubernetes/undo.ts";
import { findEngine } from "../systems/lab/engine.ts";
import { removeAbandoned } from "../systems/lab/ownership.ts";
import { print } from "./standard-streams.ts";

/** Every run with something left to undo, unless one is named. */
export async function healCommand(run: string | undefined): Promise<number> {
  const engine = await findEngine();
  if (engine !== null && (await removeAbandoned(engine)).containers > 0) print("stopped the load of a killed drill\n");
  const { folders, unread } = run === undefined ? openJournals() : { folders: [journalOf(run)], unread: [] };
  for (const { path, why } of unread) print(`${toHere(path)}: not known whether anything is left to undo: ${why}\n`);
  if (folders.length === 0 && unread.length === 0) {
    print(`nothing is left to undo for the drills in ${toHere(RESULTS)}\n`);
    return EXIT.holds;
  }
  let failed = unread.length > 0;
  const damaged: unknown[] = [];
  for (const folder of folders) {
    print(`${toHere(folder)}\n`);
    // An unreadable journal must not keep the others from being undone.
    const all = await healFromJournal(engine, folder).catch((error) => void damaged.push(error));
    for (const healed of all ?? []) {
      print(`  ${textOf(healed)}\n`);
      failed ||= healed.outcome === "failed";
    }
  }
  for (const undo of oneOfEachCluster(folders)) await stopLoadBeside(undo);
  if (damaged.length > 0) throw damaged[0];
  return failed ? EXIT.inconclusive : EXIT.holds;
}

/** One undo per cluster: the journals are the only place that names clusters. */
function oneOfEachCluster(folders: readonly string[]): PodUndo[] {
  const known = new Map<string, PodUndo>();
  for (const { undo } of folders.flatMap(entriesOf))
    if ("cluster" in undo) known.set(JSON.stringify(undo.cluster), undo);
  return [...known.values()];
}

async function stopLoadBeside(undo: PodUndo): Promise<void> {
  try {
    if ((await removeAbandonedFrom(clusterIn(undo))) > 0) print("stopped the load of a killed drill\n");
  } catch (error) {
    print(`the load of a killed drill may run until its planned end: ${reasonOf(error)}\n`);
  }
}

/** Empty for a damaged journal, which is reported elsewhere. */
function entriesOf(folder: string) {
  try {
    return readJournal(folder);
  } catch {
    return [];
  }
}

function openJournals(): { folders: string[]; unread: Unread[] } {
  if (!existsSync(RESULTS))
    throw usageFailure(
      "it is not known whether anything is left to undo",
      `there are no drills in ${toHere(RESULTS)}`,
      "change to the folder you drilled from, or name the run by its folder",
    );
  const { runs, unread } = allRuns();
  return { folders: runs.filter(isOpen), unread };
}

function isOpen(path: string): boolean {
  try {
    return openIn(path).length > 0;
  } catch {
    return true;
  }
}

function journalOf(run: string): string {
  const [found] = findRuns([run]);
  if (found !== undefined && existsSync(join(found.path, JOURNAL_FILE))) return found.path;
  throw usageFailure(
    `there is nothing to undo for ${run}`,
    found === undefined ? "there is no such run" : `its folder has no ${JOURNAL_FILE}`,
    "name a run that was drilled with --system",
  );
}

function textOf(healed: Healed): string {
  const what = `${healed.fault} of ${healed.of}, ${healed.at}`;
  if (healed.outcome === "failed") {
    const command = healed.command === null ? "" : `; by hand:\n    ${healed.command}`;
    return `${what}: could not be undone: ${healed.why}${command}`;
  }
  const state = healed.outcome === "undone" ? "was in force, now undone" : "not in force";
  return `${what}: ${state}: ${healed.seen}`;
}
