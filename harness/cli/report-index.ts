/**
 * `report --index`: one page of all stored runs, from their verdicts. Nothing is judged again. Missing pages of single runs
 * are written, so that no link is dead.
 */
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { EXIT, usageFailure } from "../model/program/failure.ts";
import { parseJson } from "../model/record/json.ts";
import { type Run, RunSchema } from "../model/record/run.ts";
import { RECORD_FILES } from "../model/record/seal.ts";
import { type ListedRun, nameOf, overviewOf, UNENDED, type UncountedRun } from "../report/overview/overview.ts";
import { overviewPage } from "../report/overview/page.ts";
import { TabledSchema } from "../report/table/table.ts";
import { identityOf, readDistinctRuns } from "../store/distinct-runs.ts";
import { findRuns, shortName } from "../store/find-runs.ts";
import { fromHere, toHere } from "../store/here.ts";
import { lastEventMs } from "../store/last-event.ts";
import { RESULTS } from "../store/results.ts";
import { PAGE, type RunFolder } from "../store/run-folder.ts";
import type { LeftOut } from "../store/stored-runs.ts";
import { writeTo } from "../store/written.ts";
import { printLeftOut } from "./left-out.ts";
import { printFailure } from "./output.ts";
import { type ReportOptions, writePageIfPossible } from "./report.ts";
import { print } from "./standard-streams.ts";

const INDEX = "index.html";

export function indexCommand(names: string[], { output }: ReportOptions): number {
  if (names.length > 0 && output === undefined)
    throw usageFailure(
      "a page of some runs has no file of its own",
      `${INDEX} in the results is the page of all runs`,
      "name a file with --output, or name no run",
    );
  const folders = findRuns(names.length > 0 ? names : [RESULTS]);
  const failed = folders.filter(lacksPage).filter((folder) => writePageIfPossible(folder) === null);
  const { path, unread } = writeIndex(folders, output);
  print(`${path}\n`);
  printLeftOut(unread);
  return unread.length + failed.length > 0 ? EXIT.inconclusive : 0;
}

/** For the end of a night, whose runs already have their pages. */
export function writeIndexIfPossible(): string | null {
  try {
    return writeIndex(findRuns([RESULTS])).path;
  } catch (error) {
    printFailure(error);
    return null;
  }
}

/** Returns the page's path, relative to the current folder, and the runs without a readable record or verdict. */
function writeIndex(folders: readonly RunFolder[], output = join(RESULTS, INDEX)): { path: string; unread: LeftOut[] } {
  const beside = dirname(fromHere(output));
  const { runs, uncounted, leftOut, unread } = readAll(folders, existsSync(beside) ? realpathSync(beside) : beside);
  const page = overviewPage(overviewOf(runs, uncounted), leftOut, new Date().toISOString());
  return { path: toHere(writeTo("the page", output, page)), unread };
}

interface Read {
  runs: ListedRun[];
  uncounted: UncountedRun[];
  /** In no cell: copies of runs, and folders that belong to no known cell. */
  leftOut: LeftOut[];
  unread: LeftOut[];
}

function readAll(folders: readonly RunFolder[], beside: string): Read {
  const paths = folders.map(({ path }) => path);
  const { runs, leftOut } = readDistinctRuns(paths, TabledSchema);
  const whys = new Map(leftOut.map(({ folder, why }) => [folder, why]));
  const others = folders.flatMap((each) => {
    const folder = toHere(each.path);
    const why = whys.get(folder);
    if (why === undefined) return [];
    const run = runIn(each);
    return [{ folder, why, run, shown: uncountedOf(each.path, run, why, beside) }];
  });
  const ids = new Set(runs.map(({ run }) => identityOf(run)));
  const readable = others.flatMap(({ run, shown }) => (run === null ? [] : [shown]));
  const cells = new Set([...runs.map(({ verdict }) => nameOf(verdict)), ...readable.map(nameOf)]);
  type Other = (typeof others)[number];
  const isPlaced = ({ run, shown }: Other) => (run === null ? cells.has(nameOf(shown)) : !ids.has(identityOf(run)));
  const asLeftOut = ({ folder, why }: Other): LeftOut => ({ folder, why });
  return {
    runs: runs.map((each) => ({ ...each, page: linkTo(each.path, beside) })),
    uncounted: others.filter(isPlaced).map(({ shown }) => shown),
    leftOut: others.filter((each) => !isPlaced(each)).map(asLeftOut),
    unread: others.filter(({ run }) => run?.state !== "running").map(asLeftOut),
  };
}

/** Described by its run.json; if that is unreadable, by its parent folders and its name. */
function uncountedOf(path: string, run: Run | null, why: string, beside: string): UncountedRun {
  const which = { name: shortName(path), page: linkTo(path, beside) };
  if (run === null) {
    const [scenario, config] = [basename(dirname(dirname(path))), basename(dirname(path))];
    return { ...which, scenario, config, startedAt: timeIn(basename(path)), what: "cannot be read", why };
  }
  const { state, reason, startedAt } = run;
  const what = { ...which, scenario: run.scenario.name, config: run.config.name, startedAt };
  if (state === "complete") return { ...what, what: "no readable verdict", why };
  if (state === "running") return { ...what, what: UNENDED.running, why: lastSeen(path, run) };
  return { ...what, what: UNENDED[state], why: [reason ?? "no reason is recorded", why].join("; ") };
}

/** The last event, by which a reader can distinguish a running drill from a killed one. */
function lastSeen(path: string, run: Run): string {
  const last = lastEventMs(path, run);
  if (last === null) return "no event is recorded";
  return `its last event was at ${new Date(Date.parse(run.startedAt) + last).toISOString()}`;
}

/** The time at the start of a run's id. */
function timeIn(id: string): string | null {
  const time = id.replace(/^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)Z.*$/, "$1:$2:$3.000Z");
  return Number.isNaN(Date.parse(time)) || time === id ? null : time;
}

function runIn(folder: RunFolder): Run | null {
  try {
    return RunSchema.parse(parseJson(folder.readText(RECORD_FILES.run) ?? ""));
  } catch {
    return null;
  }
}

function linkTo(path: string, beside: string): string | null {
  const page = join(path, PAGE);
  return existsSync(page) ? relative(beside, page).split("/").map(encodeURIComponent).join("/") : null;
}

/** Verdicts are kept longer than records (docs/nightly.md), and a page cannot be made from a verdict alone. */
function lacksPage(folder: RunFolder): boolean {
  const there = (name: string) => existsSync(join(folder.path, name));
  if (there(PAGE) || !there(RECORD_FILES.events)) return false;
  const run = runIn(folder);
  return run !== null && run.state !== "running";
}
