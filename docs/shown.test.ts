/**
 * What the pages show is there: links lead to files, and the endings of drills are those of runs that are kept, whose
 * records are judged, and told, again.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { judge } from "../harness/check/judge.ts";
import { rejudge } from "../harness/cli/rejudge.ts";
import { verdictText } from "../harness/console/verdict-text.ts";
import { readRecord } from "../harness/history/read-record.ts";
import { readGolden } from "../test/golden/read-golden.ts";
import { measuredTable } from "./measured.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

test.each([
  ["README.md", "region-loss-after-partition"],
  ["docs/how-to-read-a-verdict.md", "region-loss-after-partition"],
  ["docs/how-to-read-a-verdict.md", "self-test-planted"],
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

test("the README's table is that of the verdicts that are kept in measured/", () => {
  expect(readFileSync(path("../README.md"), "utf8")).toContain(measuredTable());
});

test("the lines of evidence that are quoted are there", () => {
  const page = readFileSync(new URL("how-to-read-a-verdict.md", import.meta.url), "utf8").replaceAll(/\s+/g, " ");
  const evidence = (name: string) => readGolden(name).verdict.checks.flatMap((check) => check.evidence);
  expect(page).toContain(`\`${evidence("region-loss-after-partition").find((line) => line.startsWith("w16-1785:"))}\``);
  expect(page).toContain(`\`${evidence("self-test-planted").find((line) => line.startsWith("w16-169: ok"))}\``);
});

test("every link of a page leads to something", () => {
  const project = new URL("../", import.meta.url);
  const links = globSync(["*.md", "docs/*.md", "results/*.md"], { cwd: project }).flatMap((page) => {
    const text = readFileSync(new URL(page, project), "utf8");
    return [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, to = ""]) => ({
      page,
      to,
      at: new URL(to, new URL(page, project)),
    }));
  });
  expect(links.length).toBeGreaterThan(30);
  expect(
    links.filter(({ at }) => at.protocol === "file:" && !existsSync(at)).map(({ page, to }) => `${page}: ${to}`),
  ).toEqual([]);
});
