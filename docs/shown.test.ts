/**
 * What the pages show is true: links lead to files, commands exist, and the shown output of drills is what the kept
 * runs give when they are judged again.
 */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { judge } from "../harness/check/judge.ts";
import { rejudge } from "../harness/cli/rejudge.ts";
import { verdictText } from "../harness/console/verdict-text.ts";
import { readRecord } from "../harness/record/read-record.ts";
import { readGolden } from "../test/golden/read-golden.ts";
import { marked, measuredBlocks } from "./measured.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

test.each([
  ["README.md", "region-loss-after-partition"],
  ["docs/how-to-read-a-verdict.md", "region-loss-after-partition"],
  ["docs/how-to-read-a-verdict.md", "self-test-seeded"],
])("%s shows the output of %s unchanged", (page, name) => {
  const record = readRecord(readGolden(name).files);
  const verdict = judge(record);
  const folder = `results/${verdict.scenario}/${verdict.config}/${verdict.run}`;
  const text = readFileSync(new URL(`../${page}`, import.meta.url), "utf8");
  expect(text).toContain(
    `\`\`\`\n${verdictText(verdict, record.run, { folder, page: `${folder}/report.html` })}\n\`\`\``,
  );
});

test("the run in results/sample gets its stored verdict again, and the README shows its page", () => {
  const { verdict, failure, changes } = { failure: null, changes: null, ...rejudge(path("../results/sample")) };
  expect([failure, changes]).toEqual([null, []]);
  const readme = readFileSync(path("../README.md"), "utf8");
  expect(readme).toContain("](docs/report.png)");
  expect(readme).toContain(`\`${verdict?.scenario}\``);
});

test.each(measuredBlocks())("block $name of $page is up to date with the verdicts in measured/", (block) => {
  expect(readFileSync(path(`../${block.page}`), "utf8")).toContain(marked(block));
});

test("quoted lines of evidence exist", () => {
  const page = readFileSync(new URL("how-to-read-a-verdict.md", import.meta.url), "utf8").replaceAll(/\s+/g, " ");
  const evidence = (name: string) => readGolden(name).verdict.checks.flatMap((check) => check.evidence);
  expect(page).toContain(
    `\`${evidence("region-loss-after-partition").find((line) => line.startsWith("w3wlcn-474:"))}\``,
  );
  expect(page).toContain(`\`${evidence("self-test-seeded").find((line) => line.startsWith("w16-169: ok"))}\``);
});

const PAGES = globSync(["*.md", "docs/*.md", "examples/*/*.md", "results/*.md", "measured/*.md"], { cwd: path("../") });
const textOf = (page: string) => readFileSync(path(`../${page}`), "utf8");

test("every block that is marked as generated from measured/ is", () => {
  const claimed = PAGES.flatMap((page) =>
    [...textOf(page).matchAll(/^<!-- npm run docs:measured: (.+) -->$/gm)].map(([, name]) => `${page}: ${name}`),
  );
  expect(claimed.toSorted()).toEqual(
    measuredBlocks()
      .map(({ page, name }) => `${page}: ${name}`)
      .toSorted(),
  );
});

test("the error in the README is one of the engine's", () => {
  const [, ...lines] = /^ +error: (.+)\n +why: (.+)\n +do: (.+)$/m.exec(textOf("README.md")) ?? [];
  const source = textOf("harness/systems/lab/engine-start.ts");
  expect(lines.length).toBe(3);
  expect(lines.filter((line) => !source.includes(`"${line}"`))).toEqual([]);
});

test("the commands on the pages exist, and one page lists them all", () => {
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

/** As GitHub makes them: lower case, hyphens for spaces, no other punctuation. */
function anchorsOf(markdown: string): string[] {
  const heads = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, head = ""]) => head);
  return heads.map((head) =>
    head
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test("every link on a page has a target", () => {
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
