/** All stored runs: `results/` and its index. How people's names of runs lead to folders is in `find-runs.ts`. */
import { accessSync, appendFileSync, constants, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { BUILT } from "../model/program/built.ts";
import { DrillFailure, reasonOf } from "../model/program/failure.ts";
import type { Verdict } from "../model/verdict/verdict.ts";
import { isFolder, nearestFolder } from "./folders.ts";
import { CHECKOUT, fromHere } from "./here.ts";
import { RunFolder } from "./run-folder.ts";

/**
 * In the clone; by the package, where its user stands.
 * `FHIRDRILL_RESULTS` names another folder, for tests and for machines whose checkout is read-only. It is created with
 * the first run.
 */
export const RESULTS = fromHere(process.env.FHIRDRILL_RESULTS || (BUILT ? "results" : join(CHECKOUT, "results")));
/**
 * Dumps of schemas; may be deleted at any time and is made again. An installed package may be read-only, as may a clone, and
 * each folder may have its own: all of them share the user's.
 */
export const CACHE =
  BUILT || !isWritable(CHECKOUT)
    ? join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "fhirdrill/")
    : join(CHECKOUT, ".cache/");

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Throws a failure where a drill could write nothing, before minutes are spent. Makes no folder. */
export function requireWritable(root = RESULTS): void {
  const at = nearestFolder(root);
  if (isWritable(at) && isFolder(at)) return;
  throw new DrillFailure({
    what: "the results cannot be written",
    why: `${at} is no folder that this user may write into`,
    todo: "name one that is: FHIRDRILL_RESULTS=…",
  });
}

export function newRunFolder(scenario: string, config: string, id: string, root = RESULTS): RunFolder {
  const folder = new RunFolder(join(root, scenario, config, id));
  folder.create();
  return folder;
}

/** Adds a line per run, for tables and trends, and points `latest` at the newest. */
export function indexRun(verdict: Verdict, startedAt: string, folder: RunFolder, root = RESULTS): void {
  const { run, scenario, config, measures } = verdict;
  const { lost, rto, rpo, downtime } = measures;
  const line = {
    run,
    startedAt,
    scenario,
    config,
    verdict: verdict.verdict,
    lost: lost.count,
    rpoSeconds: rpo.seconds,
    rtoSeconds: rto.seconds,
    downtimeSeconds: downtime.seconds,
    folder: relative(root, folder.path),
  };
  appendFileSync(join(root, "index.jsonl"), `${JSON.stringify(line)}\n`);
  const latest = join(root, "latest");
  try {
    rmSync(latest, { force: true });
    symlinkSync(relative(root, folder.path), latest);
  } catch {
    // Not every file system has links, and two drills may end at once. A run has its verdict without it.
  }
}

/** What may hold runs, and cannot be looked into. */
export interface Unread {
  path: string;
  why: string;
}

/** The folders in which runs are stored, and those of which nobody can say what is in them, with why. */
export function allRuns(root = RESULTS): { runs: string[]; unread: Unread[] } {
  const unread: Unread[] = [];
  const seen = <T>(path: string, look: () => T, otherwise: T): T => {
    try {
      return look();
    } catch (error) {
      unread.push({ path, why: reasonOf(error) });
      return otherwise;
    }
  };
  const folders = (path: string) =>
    seen(path, () => readdirSync(path), [])
      .map((name) => join(path, name))
      .filter((entry) => seen(entry, () => statSync(entry, { throwIfNoEntry: false })?.isDirectory(), false));
  const runs = folders(root)
    .filter((path) => !path.endsWith("/latest"))
    .flatMap(folders)
    .flatMap(folders)
    // Asked by listing it: whether one file is in a folder that may not be entered, nobody is told.
    .filter((path) => seen(path, () => readdirSync(path), []).includes("run.json"));
  return { runs, unread };
}
