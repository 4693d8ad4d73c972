/** One line per run: what was run, its checks without evidence, and every measure of its verdict. */
import type { ExportedRun } from "./exported-run.ts";

export function ndjsonText(runs: readonly ExportedRun[]): string {
  return runs.map((run) => `${JSON.stringify(lineOf(run))}\n`).join("");
}

function lineOf({ run, verdict, tookMs }: ExportedRun): object {
  const { id, startedAt, state, seed, command, versions, images, host, scenario, config } = run;
  return {
    ...{ run: id, scenario: verdict.scenario, config: verdict.config, startedAt, tookMs, state },
    verdict: verdict.verdict,
    checks: verdict.checks.map(({ evidence: _, ...check }) => check),
    measures: verdict.measures,
    ...{ seed, command, versions, images, host, exercise: scenario, settings: config },
  };
}
