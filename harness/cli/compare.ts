/** `compare`: sets of stored runs against a baseline. It reads verdicts, not records, so it judges nothing again. */
import { writeFileSync } from "node:fs";
import { EXIT, usageFailure } from "../model/failure.ts";
import { type Comparison, compareSets } from "../report/compare.ts";
import { compareHtml } from "../report/compare-html.ts";
import { compareMarkdown, compareText } from "../report/compare-text.ts";
import { parseExpression } from "../report/fail-on.ts";
import type { LeftOut } from "../store/stored-runs.ts";
import { guarded } from "../store/written.ts";
import { readSets } from "./run-sets.ts";

export interface CompareOptions {
  failOn?: string[];
  markdown?: boolean;
  json?: boolean;
  html?: string;
}

export const COMPARE_HELP = `
A set of runs is a place (a folder, a pattern in quotes, a run's id), or
config:NAME, scenario:NAME, commit:REV (git revision; REV+changes if files were
edited since), or some of them with commas between, all of which must be true:
results/nightly,config:sync. Without a place it is taken from all results. A
configuration's name alone will do. The first set is the baseline.

--fail-on "EXPR", as often as you like, ends with 3 if the runs show it of any
scenario. The quotes keep > from the shell.
  lost>+5             so many more lost writes than in the baseline
  rto>+2s             so many seconds more; also downtime, rpo, redundancy
  rto>+20%            more by so much of what the baseline has
  availability<-0.1pt less by so many points of a percentage
  broken              a larger share of runs is broken; also losing (anything),
                      and inconclusive
It also ends with 3 if a promise that all of the baseline kept is now broken,
more often than by chance.

Exit codes: 0 nothing regressed, 3 something did, 64 usage, 70 internal. That
runs are broken or inconclusive does not change it otherwise.`;

export function compareCommand(names: string[], options: CompareOptions): number {
  const expressions = (options.failOn ?? []).map(parseExpression);
  const { sets, leftOut } = readSets(names);
  const comparison = compareSets(sets, expressions);
  process.stdout.write(`${shown(comparison, leftOut, options)}\n`);
  const { html } = options;
  if (html !== undefined)
    guarded("the page", html, "free some space", () => writeFileSync(html, compareHtml(comparison)));
  for (const { folder, why } of leftOut) process.stderr.write(`left out: ${folder}\n  why: ${why}\n`);
  if (expressions.length > 0 && comparison.pairs.length === 0)
    throw usageFailure(
      "--fail-on decides nothing",
      "no run of one set can be compared with one of another",
      "give other sets",
    );
  return comparison.decisions.some(({ regressed }) => regressed) ? EXIT.regressed : 0;
}

function shown(comparison: Comparison, leftOut: LeftOut[], { json, markdown }: CompareOptions): string {
  if (json) return JSON.stringify({ ...comparison, leftOut }, withNames);
  return markdown ? compareMarkdown(comparison) : compareText(comparison);
}

/** Runs by their names; an infinite end, as JSON has it, is `null`. */
function withNames(key: string, value: unknown): unknown {
  return key === "runs" && Array.isArray(value) ? value.map(({ name }: { name: string }) => name) : value;
}
