/** All stored runs: `results/` and its index. `find-runs.ts` finds runs by the names that people type. */
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
 * In the clone; for the installed package, in the user's folder. `FHIRDRILL_RESULTS` names another folder, for tests
 * and for machines whose checkout is read-only. It is created with the first run.
 */
export const RESULTS = fromHere(process.env.FHIRDRILL_RESULTS || (BUILT ? "results" : join(CHECKOUT, "results")));
/**
 * Dumps of schemas. May be deleted at any time and is then rebuilt. An installed package or a read-only clone uses the
 * user's cache folder, shared by all installations.
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

/** Throws a failure when a drill could not write its record, before minutes are spent. Creates no folder. */
export function requireWritable(root = RESULTS): void {
  const at = nearestFolder(root);
  if (isWritable(at) && isFolder(at)) return;
  throw new DrillFailure({
    what: "the results cannot be written",
    why: `${at} is not a folder that this user may write to`,
    todo: "name another folder: FHIRDRILL_RESULTS=…",
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
    // Not every file system has links, and two drills may end at once. The verdict does not depend on it.
  }
}

/** A path that may hold runs but cannot be read. */
export interface Unread {
  path: string;
  why: string;
}

/** The folders of all stored runs, and the unreadable paths with the reason. */
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
    // By listing the folder: a check for the file alone does not fail in a folder that may not be entered.
    .filter((path) => seen(path, () => readdirSync(path), []).includes("run.json"));
  return { runs, unread };
}
