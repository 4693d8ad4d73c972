/**
 * `nightly`: runs a matrix and compares it with the last good nights. In the matrix's folder it writes `summary.md` for
 * people, `junit.xml` for CI and `night.json` for the next night. It also rewrites the page of all runs.
 *
 * Exit codes: 3 if something got worse by more than chance explains, 70 if a drill could not be run, 2 if no run can be read.
 * A broken or inconclusive drill alone does not fail the night, because a few drills prove little. More of them than before
 * are a regression.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { outcomes } from "../matrix/matrix-plan.ts";
import { EXIT } from "../model/program/failure.ts";
import { VerdictSchema } from "../model/verdict/verdict.ts";
import { type Comparison, compareSets } from "../report/compare/compare.ts";
import { parseExpression } from "../report/compare/fail-on.ts";
import { compareMarkdown, compareText, escaped, outcome } from "../report/compare/text.ts";
import { junitText } from "../report/export/junit.ts";
import { toHere } from "../store/here.ts";
import type { MatrixFolder } from "../store/matrix-folder.ts";
import { goodNightsBefore, NIGHT_SCHEMA, writeNight } from "../store/nights.ts";
import { RESULTS } from "../store/results.ts";
import { readStoredRuns } from "../store/stored-runs.ts";
import { readExported } from "./export.ts";
import { printLeftOut } from "./left-out.ts";
import { drillMatrix, type MatrixOptions } from "./matrix.ts";
import { endMatrix } from "./matrix-end.ts";
import { writeIndexIfPossible } from "./report-index.ts";
import { print } from "./standard-streams.ts";

export interface NightlyOptions extends Omit<MatrixOptions, "json"> {
  failOn?: string[];
}

/** Good nights in the baseline: enough runs to compare with, none too old. */
const NIGHTS = 7;

/** Worse by less than a fifth raises no alarm. More lost writes or more broken drills do. */
const FAIL_ON = ["lost>+0", "rto>+20%", "downtime>+20%", "broken", "inconclusive"];

export async function nightlyCommand({ failOn, ...options }: NightlyOptions): Promise<number> {
  const expressions = (failOn ?? FAIL_ON).map(parseExpression);
  const tonight = await drillMatrix(options, "nightly");
  const code = endMatrix(tonight, false);
  const nights = goodNightsBefore(tonight.plan.id, NIGHTS);
  const before = readStoredRuns(nights.flatMap(runsOf), VerdictSchema);
  const now = readExported(runsOf(tonight));
  printLeftOut([...before.leftOut, ...now.leftOut]);
  const comparison = compareSets(
    [
      { letter: "A", label: nightsText(nights.length), runs: before.runs },
      { letter: "B", label: "tonight", runs: now.runs.map((run) => ({ ...run, name: run.run.id })) },
    ],
    expressions,
  );
  const regressions = outcome(comparison).regressed.map(({ name, reason }) => `${name}: ${reason}`);
  const ending = endingText(regressions, nights.length, code === EXIT.internal);
  const summary = summaryText(tonight, comparison, ending);
  const comparedWith = nights.map(({ plan }) => plan.id);
  const night = { schema: NIGHT_SCHEMA, comparedWith, runs: now.runs.length, regressions } as const;
  writeNight(tonight, night, { "summary.md": summary, "junit.xml": junitText(now.runs) });
  const { GITHUB_STEP_SUMMARY } = process.env;
  if (GITHUB_STEP_SUMMARY) appendFileSync(GITHUB_STEP_SUMMARY, summary);
  const shown = nights.length > 0 ? [compareText(comparison), ""] : [];
  const page = writeIndexIfPossible();
  const files = [`summary: ${toHere(tonight.path)}/summary.md`, ...(page === null ? [] : [`all runs: ${page}`])];
  print(`\n${[...shown, ending, ...files].join("\n")}\n`);
  if (code === EXIT.internal) return code;
  if (now.runs.length === 0) return EXIT.inconclusive;
  return regressions.length > 0 ? EXIT.regressed : 0;
}

function runsOf({ plan, done }: MatrixFolder): string[] {
  return outcomes(plan.drills, done).flatMap((end) => ("run" in end ? [join(RESULTS, end.run)] : []));
}

function nightsText(count: number): string {
  return count === 0 ? "no earlier good night" : count === 1 ? "the last good night" : `the last ${count} good nights`;
}

function endingText(regressions: readonly string[], nights: number, failed: boolean): string {
  const drills = failed ? "; some drills could not be run" : "";
  if (nights === 0) return `First night: nothing to compare with yet${drills}.`;
  if (regressions.length === 0) return `Nothing regressed against ${nightsText(nights)}${drills}.`;
  return `${regressions.length} regressed against ${nightsText(nights)}${drills}.`;
}

function summaryText({ plan, done }: MatrixFolder, comparison: Comparison, ending: string): string {
  const failed = outcomes(plan.drills, done).filter((end) => "failure" in end);
  return [
    `## Night ${plan.id}`,
    "",
    `**${ending}**`,
    "",
    ...failed.map(
      ({ scenario, config, failure }) =>
        `- not run: ${scenario} × ${config}: ${escaped(`${failure.what}: ${failure.why}`)}`,
    ),
    "",
    compareMarkdown(comparison),
    "",
  ].join("\n");
}
