/**
 * Pairs the groups of a set with those of the baseline: by scenario and configuration. If each set has only one
 * configuration, the configurations themselves are compared. Groups without a partner are reported, not dropped.
 */
import type { z } from "zod";
import type { Run } from "../../model/record/run.ts";
import { MeasuresSchema, VerdictSchema } from "../../model/verdict/verdict.ts";
import { EndsSchema } from "../figures/counted.ts";

/** What a comparison reads of a verdict. */
export const ComparedSchema = VerdictSchema.extend({
  measures: EndsSchema.extend(MeasuresSchema.pick({ lost: true, rpo: true, availability: true }).shape),
});
export type Compared = z.infer<typeof ComparedSchema>;

export interface ComparedRun {
  /** The name by which people find the run again. */
  name: string;
  run: Pick<Run, "id" | "startedAt" | "scenario" | "config" | "images" | "host" | "versions">;
  verdict: Compared;
}

export interface RunSet {
  /** "A" is the baseline. */
  letter: string;
  /** As the user wrote it. */
  label: string;
  runs: readonly ComparedRun[];
}

export interface Group {
  letter: string;
  config: string;
  runs: ComparedRun[];
}

export interface Paired {
  scenario: string;
  a: Group;
  b: Group;
}

export function pairsOf(baseline: RunSet, other: RunSet): { pairs: Paired[]; notes: string[] } {
  const notes: string[] = [];
  const [a, b] = apart(baseline, other, notes);
  for (const set of [a, b]) if (set.runs.length === 0) notes.push(`${set.letter} has no comparable run.`);
  const scenarios = (set: RunSet) => [...new Set(set.runs.map(({ verdict }) => verdict.scenario))].toSorted();
  const shared = scenarios(a).filter((scenario) => scenarios(b).includes(scenario));
  if (shared.length === 0 && a.runs.length > 0 && b.runs.length > 0)
    notes.push(`${a.letter} and ${b.letter} have no scenario in common.`);
  for (const set of [a, b]) {
    const alone = scenarios(set).filter((scenario) => !shared.includes(scenario));
    if (alone.length > 0) notes.push(`Only ${set.letter} has runs of ${alone.join(", ")}.`);
  }
  const across = [a, b].every(({ runs }) => new Set(runs.map(({ verdict }) => verdict.config)).size === 1);
  return { pairs: shared.flatMap((scenario) => pairsOfScenario(scenario, a, b, across, notes)), notes };
}

/** `across`: each set has one configuration, so the two configurations are compared. */
function pairsOfScenario(scenario: string, a: RunSet, b: RunSet, across: boolean, notes: string[]): Paired[] {
  const byConfig = ({ runs }: RunSet) =>
    Map.groupBy(
      runs.filter(({ verdict }) => verdict.scenario === scenario),
      ({ verdict }) => verdict.config,
    );
  const [ofA, ofB] = [byConfig(a), byConfig(b)];
  const pair = (configA: string, configB: string): Paired => ({
    scenario,
    a: { letter: a.letter, config: configA, runs: ofA.get(configA) ?? [] },
    b: { letter: b.letter, config: configB, runs: ofB.get(configB) ?? [] },
  });
  if (across) return [...ofA.keys()].flatMap((configA) => [...ofB.keys()].map((configB) => pair(configA, configB)));
  const shared = [...ofA.keys()].filter((config) => ofB.has(config)).toSorted();
  for (const [{ letter }, of] of [
    [a, ofA],
    [b, ofB],
  ] as const) {
    const alone = [...of.keys()].filter((config) => !shared.includes(config));
    if (alone.length > 0) notes.push(`${scenario}: only ${letter} has runs in ${alone.toSorted().join(", ")}.`);
  }
  return shared.map((config) => pair(config, config));
}

/** Drops runs that are in both sets, which cannot show a difference, and all copies of a run but one. */
function apart(a: RunSet, b: RunSet, notes: string[]): [RunSet, RunSet] {
  const key = ({ run, verdict }: ComparedRun) => [verdict.scenario, verdict.config, run.id, run.startedAt].join(" ");
  const [ofA, ofB] = [a, b].map(({ runs }) => new Map(runs.map((run) => [key(run), run]))) as [
    Map<string, ComparedRun>,
    Map<string, ComparedRun>,
  ];
  for (const [{ letter, runs }, of] of [
    [a, ofA],
    [b, ofB],
  ] as const)
    if (of.size < runs.length) notes.push(`${letter} has some runs more than once; each counts once.`);
  const both = [...ofA.keys()].filter((each) => ofB.has(each));
  if (both.length > 0) {
    const names = both.map((each) => (ofB.get(each) as ComparedRun).name);
    notes.push(`In both ${a.letter} and ${b.letter}, so left out of both: ${names.join(", ")}.`);
  }
  const rest = (set: RunSet, of: Map<string, ComparedRun>): RunSet => ({
    ...set,
    runs: [...of].filter(([each]) => !both.includes(each)).map(([, run]) => run),
  });
  return [rest(a, ofA), rest(b, ofB)];
}
