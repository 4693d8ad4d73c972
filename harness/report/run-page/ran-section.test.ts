import { expect, test } from "vitest";
import { fakeParts, filesOf } from "../../check/testing/fake-run.ts";
import { sharedFiles } from "../../check/testing/fake-runners.ts";
import { readRecord } from "../../record/read-record.ts";
import { ranSection } from "./ran-section.ts";

const clock = { offsetMs: 1_790_000_000_000, errorMs: 1.5, samples: 3 };
const pageOf = (files: Parameters<typeof readRecord>[0]) => ranSection(readRecord(files).run).text;

test("several runners are listed, each with what it did", () => {
  const page = pageOf(sharedFiles(fakeParts(), [clock, { ...clock, errorMs: 4 }]));
  expect(page).toContain("Runners of the load");
  const row = (runner: string, error: string) =>
    new RegExp(
      `<th scope="row">${runner}</th><td>2\\.0</td><td>\\d+\\.\\d</td><td>120</td><td>0</td><td>0</td><td>${error}</td>`,
    );
  expect(page).toMatch(row("k6-1", "1\\.500"));
  expect(page).toMatch(row("k6-2", "4\\.000"));
  expect(page).toMatch(/240 iterations, 0 dropped, exit code 0/);
});

test("a single runner is not listed twice", () => {
  expect(pageOf(filesOf(fakeParts()))).not.toContain("Runners of the load");
});
