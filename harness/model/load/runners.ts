/**
 * The runners of a load, by their names in a record. The files and the container of the first runner are named as with
 * a single runner; those of the others contain the runner's name.
 */
export const FIRST_RUNNER = "k6-1";
export const OTHER_RUNNERS = [
  "k6-2",
  "k6-3",
  "k6-4",
  "k6-5",
  "k6-6",
  "k6-7",
  "k6-8",
  "k6-9",
  "k6-10",
  "k6-11",
  "k6-12",
  "k6-13",
  "k6-14",
  "k6-15",
  "k6-16",
] as const;
export type OtherRunner = (typeof OTHER_RUNNERS)[number];
export type RunnerName = typeof FIRST_RUNNER | OtherRunner;
export const RUNNER_NAMES: readonly RunnerName[] = [FIRST_RUNNER, ...OTHER_RUNNERS];

/** The name of its container. */
export function programOf(runner: RunnerName): "k6" | OtherRunner {
  return runner === FIRST_RUNNER ? "k6" : runner;
}

/** False in older records, whose only runner has no name or another one. */
export function isOtherRunner(name: string): name is OtherRunner {
  return (OTHER_RUNNERS as readonly string[]).includes(name);
}

/** The file of its lines, in the run folder. */
export function ledgerFile(runner: string): string {
  return isOtherRunner(runner) ? `ledger.${runner}.ndjson` : "ledger.ndjson";
}

/** A file and line of the ledger, for people. */
export function placeInLedger({ runner, line }: { runner: string; line: number }): string {
  return `${ledgerFile(runner)}:${line}`;
}

export function summaryFile(runner: RunnerName): string {
  return runner === FIRST_RUNNER ? "k6-summary.json" : `k6-summary.${runner}.json`;
}
