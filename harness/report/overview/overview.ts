/**
 * All runs by scenario × configuration. Each cell has its newest run, the summary of its repeats, and the runs whose verdict
 * does not count. Pure.
 *
 * The repeats of a cell are the runs with the same setup as its newest one: a row of the table (`table.ts`). Runs of the same
 * name with another setup are beside them.
 */
import type { Run } from "../../model/record/run.ts";
import { type VerdictWord, worst } from "../../model/verdict/verdict.ts";
import { type Row, rowsOf, type TabledRun } from "../table/table.ts";

export interface ListedRun extends TabledRun {
  run: TabledRun["run"] & Pick<Run, "state">;
  /** The path of its page, relative to the page that lists it; `null` if there is none. */
  page: string | null;
}

/** A run whose verdict does not count: it has none, the run is incomplete, or it cannot be read. */
export interface UncountedRun {
  name: string;
  scenario: string;
  config: string;
  /** `null` if it is not known: the run then counts as the newest. */
  startedAt: string | null;
  /** What is shown instead of a verdict. */
  what: string;
  why: string;
  page: string | null;
}

export interface Cell {
  scenario: string;
  config: string;
  newest: ListedRun | UncountedRun;
  /** The rows of this name, the one with the newest run first; the runs of each, newest first. */
  rows: { row: Row; runs: ListedRun[] }[];
  /** Newest first. */
  uncounted: UncountedRun[];
  /** The worst of the repeats and the uncounted runs, so that no cell looks better than any of them. */
  worst: VerdictWord;
}

/** How an incomplete run is described. */
export const UNENDED: Record<Exclude<Run["state"], "complete">, string> = {
  running: "still running, or killed",
  failed: "given up",
  interrupted: "interrupted",
};

/** Sorted by scenario and configuration. */
export function overviewOf(runs: readonly ListedRun[], uncounted: readonly UncountedRun[]): Cell[] {
  const counted = runs.filter((run) => !isUnproven(run)).toSorted(newestFirst);
  const others = [...uncounted, ...runs.filter(isUnproven).map(asUncounted)].toSorted(newestFirst);
  const rowsBy = Map.groupBy(rowsOf(counted), ({ row }) => nameOf(row));
  const othersBy = Map.groupBy(others, nameOf);
  const names = [...new Set([...rowsBy.keys(), ...othersBy.keys()])].toSorted();
  return names.map((name) => cellOf(rowsBy.get(name) ?? [], othersBy.get(name) ?? []));
}

function cellOf(rows: Cell["rows"], uncounted: UncountedRun[]): Cell {
  const newest = [...rows.flatMap(({ runs }) => runs), ...uncounted].toSorted(newestFirst)[0] as Cell["newest"];
  const { scenario, config } = "verdict" in newest ? newest.verdict : newest;
  const words = rows[0]?.runs.map(({ verdict }) => verdict.verdict) ?? [];
  const unknown = uncounted.map(() => "inconclusive" as const);
  return { scenario, config, newest, rows, uncounted, worst: worst([...words, ...unknown]) };
}

/** An incomplete run cannot hold, whatever its verdict is. */
function isUnproven({ run, verdict }: ListedRun): boolean {
  return run.state !== "complete" && verdict.verdict === "holds";
}

function asUncounted({ name, run, verdict, page }: ListedRun): UncountedRun {
  const what = run.state === "complete" ? "" : UNENDED[run.state];
  const why = "its verdict is holds, but the run is incomplete";
  return { name, scenario: verdict.scenario, config: verdict.config, startedAt: run.startedAt, what, why, page };
}

export function nameOf({ scenario, config }: Pick<Row, "scenario" | "config">): string {
  return `${scenario} × ${config}`;
}

export function startOf(each: ListedRun | UncountedRun): string | null {
  return "verdict" in each ? each.run.startedAt : each.startedAt;
}

function newestFirst(x: ListedRun | UncountedRun, y: ListedRun | UncountedRun): number {
  const [atX, atY] = [x, y].map((each) => Date.parse(startOf(each) ?? "9999-12-31")) as [number, number];
  return atY - atX || (x.name < y.name ? 1 : -1);
}
