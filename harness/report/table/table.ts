/**
 * Many runs as a table: for each scenario in each configuration, how many runs, their words, and what they measured. Pure.
 *
 * Runs of one name are of one row only if they did the same: same beginning, load, faults and orders, same settings and
 * objectives, same images. An inconclusive run is named; whose figures count is said in `counted.ts`.
 */
import type { z } from "zod";
import { PUBLISHED } from "../../model/plan/settings.ts";
import type { Run } from "../../model/record/run.ts";
import { MeasuresSchema, VerdictSchema, type VerdictWord } from "../../model/verdict/verdict.ts";
import { type Spread, spread } from "../../stats/median.ts";
import { countedFigure, EndsSchema } from "../figures/counted.ts";
import { OBSERVED } from "../figures/observed.ts";
import { setupOf } from "../figures/setup.ts";

/** What a table takes from a verdict. */
export const TabledSchema = VerdictSchema.extend({
  measures: MeasuresSchema.pick({ lost: true, stranded: true }).extend(EndsSchema.shape),
});
export type Tabled = z.infer<typeof TabledSchema>;

export interface TabledRun {
  verdict: Tabled;
  /** How the run is called where it is looked up again. */
  name: string;
  run: Pick<Run, "scenario" | "config" | "images" | "startedAt">;
}

export const FIGURES = ["lost", "gone", "rto", "downtime"] as const;
export type Figure = (typeof FIGURES)[number];

export interface Row {
  scenario: string;
  config: string;
  /** The days, in UTC, on which the first and the last run began. */
  made: { from: string; to: string };
  runs: number;
  words: Record<VerdictWord, number>;
  /** `null` when no run that counts has measured it. Seconds, but for `lost` and `gone`, which are writes. */
  figures: Record<Figure, Spread | null>;
  inconclusive: { name: string; reason: string }[];
}

export function tableOf(runs: readonly TabledRun[]): Row[] {
  const rows = rowsOf(runs).map(({ row }) => row);
  return rows.toSorted((x, y) => (x.scenario < y.scenario ? -1 : x.scenario > y.scenario ? 1 : 0));
}

/** Each row with the runs that it is made of, in the order in which they were given. */
export function rowsOf<R extends TabledRun>(runs: readonly R[]): { row: Row; runs: R[] }[] {
  const groups = Map.groupBy(runs, ({ verdict, run }) => `${verdict.scenario} × ${verdict.config} ${doing(run)}`);
  return [...groups.values()].map((group) => ({ row: rowOf(group), runs: group }));
}

function doing(run: TabledRun["run"]): string {
  return JSON.stringify([
    setupOf(run),
    run.images
      .filter(isUnderDrill)
      .map(({ name }) => name)
      .toSorted(),
  ]);
}

/** What nobody publishes are our own tools, and no part of the system. */
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

export function whyInconclusive({ checks }: Pick<Tabled, "checks">): string {
  const check = checks.find(({ verdict }) => verdict === "inconclusive");
  return check ? `${check.name}: ${check.reason}` : "nothing that was promised was checked";
}
