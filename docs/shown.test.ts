/**
 * What the pages show is there: links lead to files, and the endings of drills are those of runs that are kept, whose
 * records are judged, and told, again.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { judge } from "../harness/check/judge.ts";
import { verdictText } from "../harness/console/verdict-text.ts";
import { readRecord } from "../harness/history/read-record.ts";
import { readGolden } from "../test/golden/read-golden.ts";

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
