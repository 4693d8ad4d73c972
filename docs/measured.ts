/**
 * Writes the tables of what drills measured into the pages that show them, from the verdicts in `measured/`:
 *
 *     npm run docs:measured -- <results>     first judges each run there again, and keeps what a table needs of it
 *
 * Only `run.json` and `verdict.json` are kept; the records are hundreds of times as large, and stay where they were
 * made.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rejudge } from "../harness/cli/rejudge.ts";
import { readSets } from "../harness/cli/run-sets.ts";
import { compareSets } from "../harness/report/compare/compare.ts";
import { compareText } from "../harness/report/compare/text.ts";
import { type Row, tableOf } from "../harness/report/table/table.ts";
import { type Column, tableMarkdown } from "../harness/report/table/text.ts";
import { findRuns } from "../harness/store/find-runs.ts";
import { RunFolder } from "../harness/store/run-folder.ts";
import { readStoredRuns } from "../harness/store/stored-runs.ts";
import { CONFIGS } from "../scenarios/configs.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { bestProven } from "./best-proven.ts";
import { ExtendedSchema, extensionBlocks } from "./extensions.ts";
import { promisesTable } from "./promises.ts";

const MEASURED = fileURLToPath(new URL("../measured/", import.meta.url));

/** The rows of the README: what a newcomer should see first, and Patroni in the same scenarios. */
const FIRST = [
  ["region-loss", "async"],
  ["region-loss-after-partition", "async"],
  ["region-loss-after-partition", "sync"],
  ["follower-loss", "sync"],
  ["primary-database-crash", "async"],
] as const;
const FIRST_OF_BOTH = [
  "region-loss",
  "region-loss-after-partition",
  "affected-region-recovery",
  "primary-database-crash",
  "planned-switchover",
].flatMap((scenario) => [[scenario, "async"] as const, [scenario, "patroni"] as const]);

/** The configurations of docs/patroni.md: Patroni's, and those that they are compared with. */
const DESIGNS = CONFIGS.filter(({ name, patroni }) => patroni !== null || name === "async" || name === "sync");
const isUnderPatroni = ({ config }: Row) => DESIGNS.some(({ name, patroni }) => name === config && patroni !== null);

/** The day of the runs by an older version (measured/README.md), which differ in more than the configuration. */
const OLDER_VERSION = "2026-11-25";
const COMPARED = ["measured/*/async/2026-11-30*", "measured/*/patroni/*"];

interface Block {
  page: string;
  /** Unique on its page. */
  name: string;
  text: string;
}

/** All generated blocks of the pages, from the verdicts in `measured/`. */
export function measuredBlocks(): Block[] {
  const paths = findRuns([MEASURED]).map(({ path }) => path);
  const { runs, leftOut } = readStoredRuns(paths, ExtendedSchema);
  if (leftOut.length > 0) throw new Error(`measured/ has runs that cannot be read: ${JSON.stringify(leftOut)}`);
  const rows = tableOf(runs);
  // Scenarios that were not drilled under Patroni are only in the whole table.
  const both = SCENARIOS.map((scenario) => DESIGNS.flatMap((config) => named(rows, scenario.name, config.name)))
    .filter((each) => each.some(isUnderPatroni))
    .flat();
  return [
    { page: "measured/README.md", name: "all", text: tableMarkdown(rows) },
    { page: "README.md", name: "first", text: shortTable(rows, FIRST, ["lost", "downtime"]) },
    { page: "README.md", name: "both", text: shortTable(rows, FIRST_OF_BOTH, ["lost", "gone", "rto", "downtime"]) },
    { page: "docs/patroni.md", name: "both", text: tableMarkdown(both) },
    { page: "docs/patroni-compared.md", name: "comparison", text: comparison() },
    { page: "docs/promises.md", name: "promises", text: promisesTable(MEASURED) },
    ...extensionBlocks(runs),
  ];
}

/** Without the rows of the older version, if the name has others. */
function named(rows: readonly Row[], scenario: string, config: string): Row[] {
  const all = rows.filter((row) => row.scenario === scenario && row.config === config);
  const newer = all.filter(({ made }) => made.to > OLDER_VERSION);
  return newer.length > 0 ? newer : all;
}

/** One row per name, without the legend, which only the whole table has. */
function shortTable(rows: readonly Row[], names: readonly (readonly [string, string])[], shown: Column[]): string {
  const first = names.map(([scenario, config]) => bestProven(named(rows, scenario, config), `${scenario} × ${config}`));
  return tableMarkdown(first, shown).split("\n\n")[0] as string;
}

function comparison(): string {
  const command = `npm run chaos -- compare ${COMPARED.map((set) => `'${set}'`).join(" ")}`;
  return `    ${command}\n\n\`\`\`\n${compareText(compareSets(readSets(COMPARED).sets))}\n\`\`\``;
}

/** A block as it is on its page, with its marks. */
export function marked({ name, text }: Pick<Block, "name" | "text">): string {
  const [begin, end] = marks(name);
  return `${begin}\n\n${text}\n\n${end}`;
}

function marks(name: string): [string, string] {
  return [`<!-- npm run docs:measured: ${name} -->`, `<!-- end of ${name} -->`];
}

function withBlock(page: string, block: Block): string {
  const [begin, end] = marks(block.name);
  const [before, rest] = page.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined) throw new Error(`${block.page} lacks ${begin} … ${end}`);
  return `${before}${marked(block)}${after}`;
}

function keep(results: string): void {
  for (const { path } of findRuns([results])) {
    const judged = rejudge(path);
    if (judged.verdict === null) throw new Error(`${judged.failure.what}: ${judged.failure.why}`);
    const { run, verdict } = judged;
    // A run that was interrupted measured nothing, and one that is still running has not finished.
    if (run.state !== "complete" && run.state !== "failed") continue;
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
  for (const block of measuredBlocks()) {
    const path = new URL(`../${block.page}`, import.meta.url);
    writeFileSync(path, withBlock(readFileSync(path, "utf8"), block));
  }
}
