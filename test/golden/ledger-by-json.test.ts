/** Real ledgers are read the same, line by line, whether or not lines in k6's own form are read without JSON. */
import { expect, test, vi } from "vitest";
import { PlainLines } from "../../harness/record/plain-line.ts";
import { readRecord } from "../../harness/record/read-record.ts";
import { goldenNames, readGolden } from "./read-golden.ts";

test.each(goldenNames())("%s", (name) => {
  const { files } = readGolden(name);
  const enter = vi.spyOn(PlainLines.prototype, "enter");
  try {
    const { history, ledger } = readRecord(files);
    const plain = enter.mock.results.filter(({ value }) => value === true).length;
    expect(plain).toBeGreaterThan(0.8 * ledger.lines);
    enter.mockReturnValue(false);
    const byJson = readRecord(files);
    expect([...history]).toEqual([...byJson.history]);
    expect(ledger).toEqual(byJson.ledger);
  } finally {
    enter.mockRestore();
  }
});
