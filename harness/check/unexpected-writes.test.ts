import { expect, test } from "vitest";
import type { AuditRow } from "../model/record/audit.ts";
import type { RunRecord } from "../model/record/record.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";
import { unexpectedWrites } from "./unexpected-writes.ts";

const checked = (record: RunRecord) => unexpectedWrites.check(record, gatherFacts(record));

/** Adds a row of another write to a site. */
const with_ = (changes: Partial<AuditRow>) =>
  fakeRun({}, ({ audit }: Parts) => {
    const side = changes.side ?? "b";
    const model = audit.find((line) => line.type === "row" && line.side === "b") as AuditRow;
    const rest = audit.map((line) =>
      line.type === "rows-end" && line.side === side ? { ...line, rows: line.rows + 1 } : line,
    );
    return { audit: [{ ...model, resource: "Patient/new", ...changes }, ...rest] };
  });

test.each(["w3mv-5000", "w3mv-240", "w3mv-1.5", "w3mvx", "w9-1"])("a row of %s, which was never sent", (write) => {
  const { verdict, evidence, measures } = checked(with_({ write }));
  expect([verdict, evidence]).toEqual(["broken", [`${write}: Patient/new, version 1`]]);
  expect(measures?.unexpected).toEqual({ count: 1, ids: [write] });
});

test("on the other site it does not count", () => {
  expect(checked(with_({ write: "w3mv-5000", side: "a" })).verdict).toBe("holds");
});

test("every write that was sent is expected, acknowledged or not", () => {
  expect(checked(fakeRun({ happened: [90, 91] }))).toMatchObject({
    verdict: "holds",
    measures: { unexpected: { count: 0, ids: [] } },
  });
});

test("an incomplete ledger cannot show what was never sent", () => {
  const record = fakeRun();
  for (const ledger of [{ torn: true }, { unreadableCount: 1 }])
    expect(checked({ ...record, ledger: { ...record.ledger, ...ledger } }).reason).toMatch(/ledger is incomplete/);
  for (const k6 of [null, { iterations: 241, droppedIterations: 0, exitCode: 0 }])
    expect(checked({ ...record, run: { ...record.run, k6 } }).verdict).toBe("inconclusive");
  expect(
    judge(
      fakeRun({}, () => ({ audit: [] })),
      [unexpectedWrites],
    ).checks,
  ).toMatchObject([
    { name: "unexpected-writes", verdict: "inconclusive", reason: expect.stringMatching(/^what B holds is not known/) },
  ]);
});

test("the reason counts each write once, however many rows it has", () => {
  expect(checked(fakeRun()).reason).toBe("everything that is there was sent");
  const one = with_({ write: "w3mv-5000" });
  expect(checked(one).reason).toBe("1 writes are there that were never sent");
  const register = with_({ write: "r3mv-1", resource: "Patient/r3mv-1", version: 2 });
  expect(checked(register).measures?.unexpected?.ids).toEqual(["r3mv-1"]);
});
