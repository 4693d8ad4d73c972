/**
 * The table of what drills measured, in `measured/README.md`, five of its rows in `README.md`, and the verdicts that both
 * are made of, in `measured/`:
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
import { tableMarkdown } from "../harness/report/table/text.ts";
import { findRuns } from "../harness/store/find-runs.ts";
import { RunFolder } from "../harness/store/run-folder.ts";

const MEASURED = fileURLToPath(new URL("../measured/", import.meta.url));
/** A table stands between these two lines of a page. */
const [BEGIN, END] = ["<!-- npm run docs:measured -->", "<!-- end -->"];

/** The rows of the README: what a newcomer should see first. */
const FIRST = [
  ["region-loss", "async"],
  ["region-loss-after-partition", "async"],
  ["region-loss-after-partition", "sync"],
  ["follower-loss", "sync"],
  ["primary-database-crash", "async"],
];

/** The tables by the page that has them, from the verdicts that are kept. */
export function measuredTables(): Record<"README.md" | "measured/README.md", string> {
  const { rows, leftOut } = readTable(findRuns([MEASURED]).map(({ path }) => path));
  if (leftOut.length > 0) throw new Error(`measured/ has runs that cannot be read: ${JSON.stringify(leftOut)}`);
  const first = FIRST.map(([scenario, config]) => {
    const [row, ...others] = rows.filter((each) => each.scenario === scenario && each.config === config);
    if (row === undefined || others.length > 0) throw new Error(`measured/ needs one row of ${scenario} × ${config}`);
    return row;
  });
  // How to read a row is told once, with the whole table.
  const [firstRows = ""] = tableMarkdown(first, ["lost", "downtime"]).split("\n\n");
  return { "README.md": firstRows, "measured/README.md": tableMarkdown(rows) };
}

/** What stands on a page from the one mark to the other, the marks included. */
export function marked(table: string): string {
  return `${BEGIN}\n\n${table}\n\n${END}`;
}

function withTable(page: string, table: string): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`a page lacks ${BEGIN} … ${END}`);
  return `${before}${marked(table)}${after}`;
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
  for (const [page, table] of Object.entries(measuredTables())) {
    const path = new URL(`../${page}`, import.meta.url);
    writeFileSync(path, withTable(readFileSync(path, "utf8"), table));
  }
}
