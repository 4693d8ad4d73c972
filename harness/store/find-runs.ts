/**
 * Finds run folders from what people type: one run by its folder, its id or `latest`; many by a folder above them or by
 * a pattern, expanded by the shell or not. Each run is found once, however it is reached.
 */
import { existsSync, globSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { COMMAND } from "../model/program/built.ts";
import { usageFailure } from "../model/program/failure.ts";
import { isFolder } from "./folders.ts";
import { fromHere, HERE, toHere } from "./here.ts";
import { RESULTS } from "./results.ts";
import { RunFolder } from "./run-folder.ts";

/** A folder with any of these is a run, so that a run without its `run.json` is found, too. */
const RECORD = ["run.json", "verdict.json", "ledger.ndjson", "events.ndjson", "probes.ndjson", "audit.ndjson"];
const SAMPLE = "sample";
/** Files beside runs, which an expanded pattern names as well. */
const BESIDE = new Set(["README.md", "index.jsonl", "index.html"]);

/** In the order of the names; within a folder by path, which is by scenario, configuration and time. */
export function findRuns(names: readonly string[], root = RESULTS): RunFolder[] {
  // An unset shell variable would otherwise mean all runs below.
  if (names.includes("")) throw usageFailure("there is no run with an empty name", "one of the names is empty", TODO);
  const paths = new Set(names.flatMap((name) => opened(name, root).flatMap((path) => runsOf(path, name, root))));
  if (paths.size > 0) return [...paths].map((path) => new RunFolder(path));
  throw usageFailure(`there is no run in ${names.join(", ")}`, "no folder there holds the record of a run", TODO);
}

const TODO = "give a run's folder or one above it, a run's id, or `latest`";
const DRILL = `run a drill first: ${COMMAND} run`;

/** A short name of a run for `check`: its id in the results, elsewhere its path. */
export function shortName(path: string, root = RESULTS): string {
  const below = existsSync(root) ? relative(realpathSync(root), path) : "..";
  return below.startsWith("..") ? toHere(path) : basename(path);
}

function opened(name: string, root: string): string[] {
  if (!name.includes("*")) return [name];
  for (const cwd of [HERE, root]) {
    const found = globSync(name, { cwd }).map((path) => resolve(cwd, path));
    if (found.length > 0) return found.toSorted();
  }
  throw usageFailure(`nothing matches ${name}`, "neither here nor in the results", TODO);
}

function runsOf(name: string, typed: string, root: string): string[] {
  // Commands without a name take all results.
  const todo = typed === root ? DRILL : TODO;
  const path = [fromHere(name), join(root, name)].find((path) => existsSync(path)) ?? byId(name, root);
  if (path === undefined)
    throw usageFailure(`there is no run ${typed}`, "no folder of that path or id holds a record", todo);
  const real = realpathSync(path);
  // The sample run that comes with fhirdrill is included only when it is named.
  const found = (isFolder(real) ? runsBelow(real) : []).filter((run) => run !== join(real, SAMPLE));
  // A deep pattern also matches files and a folder inside a run.
  const around = found.length > 0 ? found : [dirname(real), dirname(dirname(real))].filter(isRun).slice(0, 1);
  if (around.length > 0 || name !== typed || BESIDE.has(basename(real))) return around;
  throw usageFailure(`there is no run in ${typed}`, "no folder there holds the record of a run", todo);
}

function byId(id: string, root: string): string | undefined {
  return existsSync(root) ? runsBelow(realpathSync(root)).find((path) => path.endsWith(`/${id}`)) : undefined;
}

/** Follows links, but visits nothing twice. */
function runsBelow(path: string, seen = new Set<string>()): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  let names: string[];
  try {
    names = readdirSync(path);
  } catch {
    // Its content is unknown; judging it as a run will report that.
    return [path];
  }
  const below = names
    .map((name) => join(path, name))
    .filter(isFolder)
    .flatMap((entry) => runsBelow(realpathSync(entry), seen));
  return (isRun(path) ? [path, ...below] : below).toSorted();
}

/** Also true for a run that was created but has recorded nothing. */
function isRun(path: string): boolean {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch {
    return false;
  }
  return names.some((name) => RECORD.includes(name)) || (names.length === 1 && names[0] === "logs");
}
