import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { exportParts } from "../../check/testing/fake-export.ts";
import { fakeRun, recordOf } from "../../check/testing/fake-run.ts";
import { bulkExportSection } from "./bulk-export-section.ts";

const shown = (record: ReturnType<typeof recordOf>) =>
  bulkExportSection(record.bulkExport, judge(record).measures.bulkExport)?.text ?? null;

test("it says how the export ended, and has a row for each state of its job", () => {
  const text = shown(recordOf(exportParts())) ?? "";
  expect(text).toContain(
    "<p>The export was resumed, picked up after 40.2 s, ended after 90.0 s; 2 files, 6 lines.</p>",
  );
  expect(text.match(/<tr>/g)).toHaveLength(1 + 4);
  expect(text).toContain("<td>A</td><td>IN_PROGRESS</td><td>write-to-binaries</td><td>1 COMPLETED, 1 IN_PROGRESS</td>");
});

test("what is not known of its end is told so", () => {
  const parts = exportParts();
  expect(shown(recordOf({ ...parts, bulkExport: parts.bulkExport.slice(0, 3) }))).toContain(
    "How it ended is not known.",
  );
});

test("where none was asked for there is no such section", () => {
  expect(shown(fakeRun())).toBeNull();
});
