import { expect, test } from "vitest";
import { cameBack } from "../check/testing/fake-return.ts";
import { fakeParts, filesOf, recordOf } from "../check/testing/fake-run.ts";
import { FaultDetailSchema, PlannedOperationDetailSchema, StepDetailSchema } from "../model/record/detail.ts";
import { readRecord } from "./read-record.ts";

const parts = fakeParts({ lost: [10], outage: { afterMs: 10, ms: 1000 } });
const record = recordOf(parts);
const files = filesOf(parts);

test("what was recorded is read", () => {
  const plain = ({ history, audit, ...rest }: typeof record) => ({
    ...rest,
    operations: [...history].map(({ line: _, ...op }) => op),
    sides: [audit.a, audit.b].map((side) => [
      side.rows,
      side.reads,
      side.searches,
      side.rowsComplete,
      side.asksComplete,
    ]),
  });
  expect(plain(readRecord(files))).toEqual(plain(record));
});

test("what came back and what was saved of it are read too; a site can come back more than once", () => {
  const back = cameBack(fakeParts({ lost: [10, 20], stranded: [10, 20] }));
  const written = filesOf(back);
  const read = readRecord({ ...written, returned: written.returned + written.returned });
  const [once] = recordOf(back).returned;
  expect(once?.rows).toBeGreaterThan(50);
  expect(read.returned.map(({ side, rows, rowsComplete }) => [side, rows, rowsComplete])).toEqual(
    Array(2).fill(["a", once?.rows, true]),
  );
  expect(read.saved).toEqual(recordOf(back).saved);
  expect(read.saved?.length).toBeGreaterThan(1);
  expect(readRecord({ ...written, stranded: written.stranded.slice(0, -9) }).saved).toBeNull();
  expect(readRecord({ ...written, returned: "{}\n" }).legibility.returned.unreadableCount).toBe(1);
});

test("an unreadable return of a site counts as one, and its next return as another", () => {
  const written = filesOf(cameBack(fakeParts({ lost: [10], stranded: [10] })));
  const unreadable = JSON.stringify({ type: "unreadable", side: "a", why: "it broke off" });
  const { returned } = readRecord({ ...written, returned: `${unreadable}\n${written.returned}` });
  expect(returned.map((each) => [each.unreadable, each.rowsComplete])).toEqual([
    ["it broke off", false],
    [null, true],
  ]);
});

test("an older run without returns and logs has none, and nothing is damaged", () => {
  const { returned: _, stranded: __, wal: ___, ...older } = files;
  const { legibility, ...read } = readRecord(older);
  expect(read).toMatchObject({ returned: [], saved: [], wal: [] });
  const empty = { lines: 0, torn: false, unreadable: [], unreadableCount: 0 };
  expect(legibility).toMatchObject({ returned: empty, wal: empty });
});

test("lines of unknown form are counted per file", () => {
  const noise = '{"type":"surprise","atMs":1}\n';
  const { legibility, events } = readRecord({ ...files, events: files.events + noise, audit: noise + files.audit });
  expect([
    legibility.events.unreadableCount,
    legibility.audit.unreadableCount,
    legibility.probes.unreadableCount,
  ]).toEqual([1, 1, 0]);
  expect(events).toEqual(record.events);
  expect(legibility.events.unreadable[0]).toMatch(/^line \d+: its type is wrong: Invalid/);
});

test("a detail of another type damages its line, a missing one does not", () => {
  const at = { atMs: 1 };
  const step = { ...at, type: "operator", step: "done", side: "a", tookMs: 0 };
  const fault = { ...at, type: "fault", fault: 0, kind: "x", state: "lasted" };
  const order = { ...at, type: "order", order: 0, kind: "x", state: "done" };
  const found = (line: object, detail: object) =>
    readRecord({ ...files, events: `${JSON.stringify({ ...line, detail })}\n` }).legibility.events.unreadable;
  for (const [line, { shape }] of [
    [step, StepDetailSchema],
    [fault, FaultDetailSchema],
    [order, PlannedOperationDetailSchema],
  ] as const)
    for (const [name, type] of Object.entries(shape)) {
      const others = [{}, type.safeParse(1).success ? "1" : 1, ...(type.safeParse(null).success ? [] : [null])];
      for (const other of others)
        expect(found(line, { [name]: other })).toEqual([expect.stringContaining(`its detail.${name} is wrong`)]);
      expect(found(line, {})).toEqual([]);
    }
});

test("a fault's evidence is kept as it is", () => {
  const detail = { orderedMs: 5, answer: 7, members: { one: null }, left: [1, "x"] };
  const line = { atMs: 1, type: "fault", fault: 0, kind: "x", state: "healed", detail };
  expect(readRecord({ ...files, events: JSON.stringify(line) }).events).toEqual([line]);
});

test("an error of a line names the field, or its form", () => {
  const found = (line: unknown) =>
    readRecord({ ...files, events: `${JSON.stringify(line)}\n` }).legibility.events.unreadable[0];
  for (const line of [7, null, ["phase"]]) expect(found(line)).toMatch(/^line 1: its form is wrong: /);
  const run = { ...parts.run, scenario: { ...parts.run.scenario, load: { ...parts.run.scenario.load, mix: 7 } } };
  expect(() => readRecord({ ...files, run: JSON.stringify(run) })).toThrow(/^its scenario\.load\.mix is wrong: /);
});

test("a run of another schema is refused", () => {
  expect(() => readRecord({ ...files, run: '{"schema":"fhirdrill.run/0"}' })).toThrow();
  expect(() => readRecord({ ...files, run: "" })).toThrow();
});

test("without a clock mapping the operations are still read", () => {
  const run = JSON.stringify({ ...record.run, clock: null });
  const { history, audit } = readRecord({ ...files, run });
  expect(history).toHaveLength(parts.operations.length);
  expect(history.at(0).invokedMs).toBe((parts.operations[0]?.invokedMs as number) + (parts.run.clock?.offsetMs ?? 0));
  expect([audit.a.side, audit.b.side]).toEqual(["a", "b"]);
});

test("a run of a newer schema is refused with both names, not with a list of fields", () => {
  const run = JSON.stringify({ ...record.run, schema: "fhirdrill.run/3" });
  expect(() => readRecord({ ...files, run })).toThrow(/"fhirdrill.run\/3".*"fhirdrill.run\/2"/);
  expect(() => readRecord({ ...files, run: "null" })).toThrow(/its schema is/);
});
