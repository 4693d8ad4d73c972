/**
 * Many runs as a table: for each scenario in each configuration, the number of runs, their verdicts and their figures. Pure.
 *
 * Runs of one name share a row only if their setup and images are the same: start, load, faults, operations, settings and
 * objectives. Inconclusive runs are named; `counted.ts` decides whose figures count.
 */
import type { z } from "zod";
import { PUBLISHED } from "../../model/plan/settings.ts";
import type { Run } from "../../model/record/run.ts";
import { MeasuresSchema, VerdictSchema, type VerdictWord } from "../../model/verdict/verdict.ts";
import { type Spread, spread } from "../../stats/median.ts";
import { countedFigure, EndsSchema, whyInconclusive } from "../figures/counted.ts";
import { OBSERVED } from "../figures/observed.ts";
import { setupOf } from "../figures/setup.ts";

/** What a table reads of a verdict. */
export const TabledSchema = VerdictSchema.extend({
  measures: MeasuresSchema.pick({ lost: true, stranded: true }).extend(EndsSchema.shape),
});
export type Tabled = z.infer<typeof TabledSchema>;

export interface TabledRun {
  verdict: Tabled;
  /** The name by which people find the run again. */
  name: string;
  run: Pick<Run, "scenario" | "config" | "images" | "startedAt">;
}

export const FIGURES = ["lost", "gone", "rto", "downtime"] as const;
export type Figure = (typeof FIGURES)[number];

export interface Row {
  scenario: string;
  config: string;
  /** The days, in UTC, on which the first and the last run started. */
  made: { from: string; to: string };
  runs: number;
  words: Record<VerdictWord, number>;
  /** `null` if no counted run measured it. In seconds, except `lost` and `gone`, which are writes. */
  figures: Record<Figure, Spread | null>;
  inconclusive: { name: string; reason: string }[];
}

export function tableOf(runs: readonly TabledRun[]): Row[] {
  const rows = rowsOf(runs).map(({ row }) => row);
  return rows.toSorted((x, y) => (x.scenario < y.scenario ? -1 : x.scenario > y.scenario ? 1 : 0));
}

/** Each row with its runs, in the given order. */
export function rowsOf<R extends TabledRun>(runs: readonly R[]): { row: Row; runs: R[] }[] {
  const groups = Map.groupBy(runs, ({ verdict, run }) => `${verdict.scenario} × ${verdict.config} ${setupKey(run)}`);
  return [...groups.values()].map((group) => ({ row: rowOf(group), runs: group }));
}

function setupKey(run: TabledRun["run"]): string {
  return JSON.stringify([
    setupOf(run),
    run.images
      .filter(isUnderDrill)
      .map(({ name }) => name)
      .toSorted(),
  ]);
}

/** Images that are not published are our own tools, and do not belong to the system under drill. */
function isUnderDrill({ part }: Run["images"][number]): boolean {
  return (PUBLISHED as readonly string[]).includes(part);
}

function rowOf(runs: readonly TabledRun[]): Row {
  const { scenario, config } = (runs[0] as TabledRun).verdict;
  const count = (word: VerdictWord) => runs.filter(({ verdict }) => verdict.verdict === word).length;
  const figure = (name: Figure) =>
    spread(runs.map(({ verdict }) => countedFigure(verdict, OBSERVED[name])).filter((value) => value !== null));
  const days = runs.map(({ run }) => run.startedAt.slice(0, "2026-11-24".length)).toSorted();
  return {
    scenario,
    config,
    made: { from: days[0] as string, to: days.at(-1) as string },
    runs: runs.length,
    words: { holds: count("holds"), broken: count("broken"), inconclusive: count("inconclusive") },
    figures: { lost: figure("lost"), gone: figure("gone"), rto: figure("rto"), downtime: figure("downtime") },
    inconclusive: runs
      .filter(({ verdict }) => verdict.verdict === "inconclusive")
      .map(({ verdict, name }) => ({ name, reason: whyInconclusive(verdict) })),
  };
}
