/**
 * Runs over time: what they measured, since when it is as it is, and what else changed then. Pure.
 *
 * A course is that of one scenario in one configuration, done in one way: same beginning, load, faults and orders, same
 * settings. Runs done in another way are of another course, and it is said how they differ. What may change along a course
 * is named where it does: fhirdrill itself, images, host, objectives. An inconclusive run is shown; whether it has figures is said in
 * `counted.ts`.
 */
import type { z } from "zod";
import type { Run } from "../../model/record/run.ts";
import { VerdictSchema, type VerdictWord } from "../../model/verdict/verdict.ts";
import { changePoints, FEWEST_VALUES } from "../../stats/change-points.ts";
import { type Observation, type Spread, spread } from "../../stats/median.ts";
import { countedFigure } from "../figures/counted.ts";
import { setupOf } from "../figures/setup.ts";
import { differences } from "./differences.ts";
import { TREND_FIGURES, TrendMeasuresSchema } from "./figures.ts";

export const TrendedSchema = VerdictSchema.extend({ measures: TrendMeasuresSchema });

export interface TrendedRun {
  name: string;
  run: Pick<Run, "startedAt" | "scenario" | "config" | "versions" | "images" | "host">;
  verdict: z.infer<typeof TrendedSchema>;
}

/** The subjects of the commits that the second has and the first has not; `null` where nobody can say. */
export type Subjects = (from: string, to: string) => readonly string[] | null;

export interface Course {
  scenario: string;
  config: string;
  /** How its runs were done otherwise than those of the course that was current before; empty for the first. */
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
  /** In the order of the figures; `null` where it is not known, or does not count. */
  values: (Observation | null)[];
}

export interface FigureCourse {
  figure: string;
  /** So many runs have it. */
  n: number;
  /** Fewer than it takes to tell of any change. */
  tooFew: boolean;
  /** By the newest run's objectives. */
  promised: number | null;
  /** In order of time; more than one where it changed. */
  stretches: Stretch[];
}

export interface Stretch {
  /** Its first and its last run. */
  from: number;
  to: number;
  /** When the first of them began. */
  since: string;
  spread: Spread;
  /** The chance of as clear a change from the stretch before without any; `null` for the first. */
  p: number | null;
}

/** What is otherwise in a run than in the one before it. */
export interface Change {
  /** Of the later run. */
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

/** The one with the newest run last. */
function coursesOf(runs: readonly TrendedRun[], subjects: Subjects): Course[] {
  const groups = [...Map.groupBy(runs, (each) => JSON.stringify(doing(each))).values()];
  const courses = groups.toSorted((x, y) => startOf(x.at(-1) as TrendedRun) - startOf(y.at(-1) as TrendedRun));
  return courses.map((group, index) => {
    const [before, first] = [courses[index - 1]?.[0], group[0] as TrendedRun];
    const otherwise = before === undefined ? [] : differences(doing(before), doing(first));
    return { ...courseOf(group, subjects), otherwise, superseded: index < courses.length - 1 };
  });
}

/** What was promised may change along a course. */
function doing({ run }: TrendedRun): object {
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

function courseRunOf({ name, run, verdict: told }: TrendedRun): CourseRun {
  const { verdict, checks } = told;
  const unproven = verdict === "inconclusive";
  const check = checks.find((each) => each.verdict === "inconclusive");
  const why = check ? `${check.name}: ${check.reason}` : "nothing that was promised was checked";
  const values = TREND_FIGURES.map((figure) => countedFigure(told, figure.of));
  return { name, startedAt: run.startedAt, verdict, reason: unproven ? why : null, values };
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
  const told = differences(was.around, is.around);
  const { commit: from } = was;
  const { commit: to } = is;
  if (from === to && told.length === 0) return [];
  const commits = from === to ? null : { from, to, subjects: subjects(from, to) };
  return [{ index, since: after.run.startedAt, commits, differences: told }];
}

/** In UTC. */
export function dayOf(startedAt: string): string {
  return startedAt.slice(0, 10);
}
