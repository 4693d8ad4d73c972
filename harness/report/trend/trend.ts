/**
 * Runs over time: their figures, since when these have been at their level, and what else changed then. Pure.
 *
 * A course is the runs of one scenario in one configuration with one setup: same start, load, faults and operations, same
 * settings. Runs with another setup are another course, with the differences listed. What may change within a course is
 * reported where it does: fhirdrill itself, images, host, objectives. Inconclusive runs are shown; `counted.ts` decides
 * whether their figures count.
 */
import type { z } from "zod";
import type { Run } from "../../model/record/run.ts";
import { VerdictSchema, type VerdictWord } from "../../model/verdict/verdict.ts";
import { changePoints, FEWEST_VALUES } from "../../stats/change-points.ts";
import { type Observation, type Spread, spread } from "../../stats/median.ts";
import { countedFigure, whyInconclusive } from "../figures/counted.ts";
import { setupOf } from "../figures/setup.ts";
import { differences } from "./differences.ts";
import { TREND_FIGURES, TrendMeasuresSchema } from "./figures.ts";

export const TrendedSchema = VerdictSchema.extend({ measures: TrendMeasuresSchema });

export interface TrendedRun {
  name: string;
  run: Pick<Run, "startedAt" | "scenario" | "config" | "versions" | "images" | "host">;
  verdict: z.infer<typeof TrendedSchema>;
}

/** The subjects of the commits in `to` that are not in `from`; `null` if they are not known. */
export type Subjects = (from: string, to: string) => readonly string[] | null;

export interface Course {
  scenario: string;
  config: string;
  /** How its setup differs from that of the course that was current before; empty for the first. */
  otherwise: string[];
  /** A later course of the same name is the current one. */
  superseded: boolean;
  runs: CourseRun[];
  figures: FigureCourse[];
  changes: Change[];
}

export interface CourseRun {
  name: string;
  startedAt: string;
  verdict: VerdictWord;
  /** Why it is inconclusive. */
  reason: string | null;
  /** In the order of the figures; `null` if the value is not known or does not count. */
  values: (Observation | null)[];
}

export interface FigureCourse {
  figure: string;
  /** How many runs have it. */
  n: number;
  /** Fewer than are needed to detect any change. */
  tooFew: boolean;
  /** The objective, by the newest run. */
  promised: number | null;
  /** In order of time; more than one if it changed. */
  stretches: Stretch[];
}

export interface Stretch {
  /** The indexes of its first and its last run. */
  from: number;
  to: number;
  /** The start of its first run. */
  since: string;
  spread: Spread;
  /** The p value of the change from the previous stretch; `null` for the first. */
  p: number | null;
}

/** What changed between a run and the one before it. */
export interface Change {
  /** The index of the later run. */
  index: number;
  since: string;
  commits: { from: string; to: string; subjects: readonly string[] | null } | null;
  differences: string[];
}

export const FEWEST_RUNS = FEWEST_VALUES;

export function trendOf(runs: readonly TrendedRun[], subjects: Subjects): Course[] {
  const inOrder = runs.toSorted((x, y) => startOf(x) - startOf(y) || order(x.name, y.name));
  const named = Map.groupBy(inOrder, ({ verdict }) => `${verdict.scenario} × ${verdict.config}`);
  return [...named.entries()].toSorted(([x], [y]) => order(x, y)).flatMap(([, all]) => coursesOf(all, subjects));
}

const startOf = ({ run }: TrendedRun) => Date.parse(run.startedAt);
const order = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);

/** The course with the newest run is last. */
function coursesOf(runs: readonly TrendedRun[], subjects: Subjects): Course[] {
  const groups = [...Map.groupBy(runs, (each) => JSON.stringify(courseSetup(each))).values()];
  const courses = groups.toSorted((x, y) => startOf(x.at(-1) as TrendedRun) - startOf(y.at(-1) as TrendedRun));
  return courses.map((group, index) => {
    const [before, first] = [courses[index - 1]?.[0], group[0] as TrendedRun];
    const otherwise = before === undefined ? [] : differences(courseSetup(before), courseSetup(first));
    return { ...courseOf(group, subjects), otherwise, superseded: index < courses.length - 1 };
  });
}

/** Without the objectives, which may change within a course. */
function courseSetup({ run }: TrendedRun): object {
  const { scenario, settings } = setupOf(run);
  return { ...scenario, settings };
}

function courseOf(runs: readonly TrendedRun[], subjects: Subjects): Omit<Course, "otherwise" | "superseded"> {
  const { verdict, run: newest } = runs.at(-1) as TrendedRun;
  const courseRuns = runs.map(courseRunOf);
  const figures = TREND_FIGURES.map(({ name, promised }, figure) => {
    const values = courseRuns.map(({ values }) => values[figure] ?? null);
    return { figure: name, promised: promised(newest.config.objectives), ...figureCourse(values, courseRuns) };
  });
  const changes = runs
    .slice(1)
    .flatMap((run, before) => changeOf(runs[before] as TrendedRun, run, before + 1, subjects));
  return { scenario: verdict.scenario, config: verdict.config, runs: courseRuns, figures, changes };
}

function courseRunOf({ name, run, verdict: judged }: TrendedRun): CourseRun {
  const { verdict } = judged;
  const reason = verdict === "inconclusive" ? whyInconclusive(judged) : null;
  const values = TREND_FIGURES.map((figure) => countedFigure(judged, figure.of));
  return { name, startedAt: run.startedAt, verdict, reason, values };
}

function figureCourse(
  values: readonly (Observation | null)[],
  runs: readonly CourseRun[],
): Pick<FigureCourse, "n" | "tooFew" | "stretches"> {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  const points = changePoints(known.map(({ value }) => value));
  const starts = known.length === 0 ? [] : [{ index: 0, p: null }, ...points];
  const stretches = starts.map(({ index, p }, place): Stretch => {
    const own = known.slice(index, starts[place + 1]?.index);
    const [from, to] = [own[0]?.index as number, own.at(-1)?.index as number];
    const since = runs[from]?.startedAt as string;
    return { from, to, since, spread: spread(own.map(({ value }) => value)) as Spread, p };
  });
  return { n: known.length, tooFew: known.length < FEWEST_RUNS, stretches };
}

function changeOf(before: TrendedRun, after: TrendedRun, index: number, subjects: Subjects): Change[] {
  const [was, is] = [before.run, after.run].map(({ versions: { commit, ...versions }, images, host, config }) => {
    const image = Object.fromEntries(images.map(({ part, name }) => [part, name]));
    return { commit: commit ?? "not known", around: { versions, image, host, objectives: config.objectives } };
  }) as [{ commit: string; around: object }, { commit: string; around: object }];
  const found = differences(was.around, is.around);
  const { commit: from } = was;
  const { commit: to } = is;
  if (from === to && found.length === 0) return [];
  const commits = from === to ? null : { from, to, subjects: subjects(from, to) };
  return [{ index, since: after.run.startedAt, commits, differences: found }];
}

/** The day in UTC. */
export function dayOf(startedAt: string): string {
  return startedAt.slice(0, 10);
}
