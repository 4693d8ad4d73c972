/**
 * What the pages show is there: links lead to files, commands are the program's, and the endings of drills are those of
 * runs that are kept, whose records are judged, and told, again.
 */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { judge } from "../harness/check/judge.ts";
import { rejudge } from "../harness/cli/rejudge.ts";
import { verdictText } from "../harness/console/verdict-text.ts";
import { readRecord } from "../harness/history/read-record.ts";
import { readGolden } from "../test/golden/read-golden.ts";
import { marked, measuredBlocks } from "./measured.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

test.each([
  ["README.md", "region-loss-after-partition"],
  ["docs/how-to-read-a-verdict.md", "region-loss-after-partition"],
  ["docs/how-to-read-a-verdict.md", "self-test-seeded"],
])("%s shows the ending of %s as it is", (page, name) => {
  const record = readRecord(readGolden(name).files);
  const verdict = judge(record);
  const folder = `results/${verdict.scenario}/${verdict.config}/${verdict.run}`;
  const text = readFileSync(new URL(`../${page}`, import.meta.url), "utf8");
  expect(text).toContain(
    `\`\`\`\n${verdictText(verdict, record.run, { folder, page: `${folder}/report.html` })}\n\`\`\``,
  );
});

test("the run that is kept in results/sample is judged as its verdict says, and the README shows its page", () => {
  const { verdict, failure, changes } = { failure: null, changes: null, ...rejudge(path("../results/sample")) };
  expect([failure, changes]).toEqual([null, []]);
  const readme = readFileSync(path("../README.md"), "utf8");
  expect(readme).toContain("](docs/report.png)");
  expect(readme).toContain(`\`${verdict?.scenario}\``);
});

test.each(measuredBlocks())("what $page shows as $name is made of the verdicts in measured/", (block) => {
  expect(readFileSync(path(`../${block.page}`), "utf8")).toContain(marked(block));
});

test("the lines of evidence that are quoted are there", () => {
  const page = readFileSync(new URL("how-to-read-a-verdict.md", import.meta.url), "utf8").replaceAll(/\s+/g, " ");
  const evidence = (name: string) => readGolden(name).verdict.checks.flatMap((check) => check.evidence);
  expect(page).toContain(
    `\`${evidence("region-loss-after-partition").find((line) => line.startsWith("w3wlcn-474:"))}\``,
  );
  expect(page).toContain(`\`${evidence("self-test-seeded").find((line) => line.startsWith("w16-169: ok"))}\``);
});

const PAGES = globSync(["*.md", "docs/*.md", "examples/*/*.md", "results/*.md", "measured/*.md"], { cwd: path("../") });
const textOf = (page: string) => readFileSync(path(`../${page}`), "utf8");

test("nothing on a page claims to be made of measured/ and is not", () => {
  const claimed = PAGES.flatMap((page) =>
    [...textOf(page).matchAll(/^<!-- npm run docs:measured: (.+) -->$/gm)].map(([, name]) => `${page}: ${name}`),
  );
  expect(claimed.toSorted()).toEqual(
    measuredBlocks()
      .map(({ page, name }) => `${page}: ${name}`)
      .toSorted(),
  );
});

test("the error that the README shows is one of the engine's", () => {
  const [, ...lines] = /^ +error: (.+)\n +why: (.+)\n +do: (.+)$/m.exec(textOf("README.md")) ?? [];
  const source = textOf("harness/systems/lab/engine-start.ts");
  expect(lines.length).toBe(3);
  expect(lines.filter((line) => !source.includes(`"${line}"`))).toEqual([]);
});

test("the commands that pages name are those of the program, and one page has them all", () => {
  const help = execFileSync(process.execPath, [path("../harness/cli/main.ts"), "--help"], { encoding: "utf8" });
  const commands = [...help.matchAll(/^ {2}([a-z-]+) {2,}\w/gm)].map(([, name]) => name);
  const named = PAGES.flatMap((page) =>
    [...textOf(page).matchAll(/(?:npm run (?:--silent )?chaos\s--|npx\sfhirdrill)\s+([a-z][a-z-]*)/g)].map(
      ([, name]) => ({ page, name }),
    ),
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(({ name }) => !commands.includes(name))).toEqual([]);
  const table = [...textOf("docs/commands.md").matchAll(/^\| `([a-z-]+)/gm)].map(([, name]) => name);
  expect([...new Set(table)].toSorted()).toEqual(commands.toSorted());
});

/** As GitHub makes them: small letters, hyphens for spaces, no other signs. */
function anchorsOf(markdown: string): string[] {
  const heads = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, head = ""]) => head);
  return heads.map((head) =>
    head
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test("every link of a page leads to something", () => {
  const links = PAGES.flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([^)#]*)(?:#([^)]+))?\)/g)].map(([, to, anchor]) => {
      const at = new URL(to || page.replace(/.*\//, ""), new URL(`../${page}`, import.meta.url));
      return { page, to, anchor, at };
    }),
  ).filter(({ at }) => at.protocol === "file:");
  expect(links.length).toBeGreaterThan(60);
  const isDead = ({ at, anchor }: (typeof links)[number]) =>
    !existsSync(at) || (anchor !== undefined && !anchorsOf(readFileSync(at, "utf8")).includes(anchor));
  expect(links.filter(isDead).map(({ page, to, anchor }) => `${page}: ${to}#${anchor ?? ""}`)).toEqual([]);
});
