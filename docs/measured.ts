/**
 * The table of what drills measured, in README.md, and the verdicts that it is made of, in `measured/`:
 *
 *     npm run docs:measured -- <results>     judges each run there again, and keeps what a table needs of it
 *
 * Kept are `run.json` and `verdict.json`; the records are hundreds of times as large, and stay where they were made.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rejudge } from "../harness/cli/rejudge.ts";
import { readTable } from "../harness/cli/table.ts";
import { tableMarkdown } from "../harness/report/table-text.ts";
import { findRuns } from "../harness/store/find-runs.ts";
import { RunFolder } from "../harness/store/run-folder.ts";

const README = new URL("../README.md", import.meta.url);
const MEASURED = fileURLToPath(new URL("../measured/", import.meta.url));
/** Between these two lines. */
const [BEGIN, END] = ["<!-- npm run docs:measured -->", "<!-- end -->"];

export function measuredTable(): string {
  const { rows, leftOut } = readTable(findRuns([MEASURED]).map(({ path }) => path));
  if (leftOut.length > 0) throw new Error(`measured/ has runs that cannot be read: ${JSON.stringify(leftOut)}`);
  return tableMarkdown(rows);
}

function withTable(readme: string, table: string): string {
  const [before, rest] = readme.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`README.md lacks ${BEGIN} … ${END}`);
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}

function keep(results: string): void {
  for (const { path } of findRuns([results])) {
    const judged = rejudge(path);
    if (judged.verdict === null) throw new Error(`${judged.failure.what}: ${judged.failure.why}`);
    const { run, verdict } = judged;
    // One that was stopped from outside measured nothing.
    if (run.state === "interrupted") continue;
    const { scenario, config, id } = run;
    const folder = new RunFolder(join(MEASURED, scenario.name, config.name, id));
    mkdirSync(folder.path, { recursive: true });
    folder.writeRun(run);
    folder.writeVerdict(verdict);
  }
  const matrices = join(results, "matrix");
  if (existsSync(matrices))
    cpSync(matrices, join(MEASURED, "matrix"), { recursive: true, filter: (path) => !path.endsWith("/owner") });
}

if (import.meta.main) {
  const [results] = process.argv.slice(2);
  if (results !== undefined) keep(resolve(results));
  writeFileSync(README, withTable(readFileSync(README, "utf8"), measuredTable()));
}
