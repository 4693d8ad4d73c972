import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { exportParts } from "../../check/testing/fake-export.ts";
import { fakeRun, recordOf } from "../../check/testing/fake-run.ts";
import { bulkExportSection } from "./bulk-export-section.ts";

const shown = (record: ReturnType<typeof recordOf>) =>
  bulkExportSection(record.bulkExport, judge(record).measures.bulkExport)?.text ?? null;

test("the section shows how the export ended, with one row per state of its job", () => {
  const text = shown(recordOf(exportParts())) ?? "";
  expect(text).toContain(
    "<p>The export was resumed, picked up after 40.2 s, ended after 90.0 s; 2 files, 6 lines.</p>",
  );
  expect(text.match(/<tr>/g)).toHaveLength(1 + 4);
  expect(text).toContain("<td>A</td><td>IN_PROGRESS</td><td>write-to-binaries</td><td>1 COMPLETED, 1 IN_PROGRESS</td>");
});

test("an unknown end is reported as such", () => {
  const parts = exportParts();
  expect(shown(recordOf({ ...parts, bulkExport: parts.bulkExport.slice(0, 3) }))).toContain(
    "How it ended is not known.",
  );
});

test("without a requested export there is no such section", () => {
  expect(shown(fakeRun())).toBeNull();
});
