import { expect, test } from "vitest";
import { filesOf, plantedRun } from "../check/planted-run.ts";
import { readRecord } from "./read-record.ts";

const record = plantedRun({ lost: [10], outage: { afterMs: 10, ms: 1000 } });
const files = filesOf(record);

test("what was recorded is what is read", () => {
  const withoutLine = (read: typeof record) => ({
    ...read,
    operations: read.operations.map(({ line: _, ...op }) => op),
  });
  expect(withoutLine(readRecord(files))).toEqual(withoutLine(record));
});

test("lines of no known form are counted, file by file", () => {
  const noise = '{"type":"surprise","atMs":1}\n';
  const { legibility, events } = readRecord({ ...files, events: files.events + noise, audit: noise + files.audit });
  expect([
    legibility.events.unreadableCount,
    legibility.audit.unreadableCount,
    legibility.probes.unreadableCount,
  ]).toEqual([1, 1, 0]);
  expect(events).toEqual(record.events);
});

test("a run that is not of this schema is refused", () => {
  expect(() => readRecord({ ...files, run: '{"schema":"fhirdrill.run/0"}' })).toThrow();
  expect(() => readRecord({ ...files, run: "" })).toThrow();
});

test("without a mapped clock the operations are still read", () => {
  const run = JSON.stringify({ ...record.run, clock: null });
  expect(readRecord({ ...files, run }).operations).toHaveLength(record.operations.length);
});

test("a run of a newer schema is refused by both names, not by a list of its fields", () => {
  const run = JSON.stringify({ ...record.run, schema: "fhirdrill.run/2" });
  expect(() => readRecord({ ...files, run })).toThrow(/"fhirdrill.run\/2".*"fhirdrill.run\/1"/);
  expect(() => readRecord({ ...files, run: "null" })).toThrow(/its schema is/);
});
