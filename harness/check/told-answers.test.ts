import { expect, test } from "vitest";
import { type Parts, plantedRun } from "./planted-run.ts";
import { wrongAnswers } from "./told-answers.ts";

type Write = Parts["operations"][number];
const { operations } = { operations: [...plantedRun().history] };
const of = (is: (op: Write) => boolean) => operations.find(is)?.n as number;
const put = of((op) => op.kind === "put" && op.outcome === "ok");
const update = of((op) => op.kind === "update" && op.outcome === "ok");
const wrong = (n: number, change: Partial<Write>) =>
  wrongAnswers(
    plantedRun({}, (parts) => ({ operations: parts.operations.map((op) => (op.n === n ? { ...op, ...change } : op)) })),
  );

test("answers as k6 gets them are right", () => {
  expect(wrongAnswers(plantedRun())).toEqual([]);
  expect(wrong(put, { status: 0, outcome: "info", stored: [] })).toEqual([]);
  expect(wrong(put, { status: 404, outcome: "info", stored: [] })).toEqual([]);
  expect(wrong(update, { status: 0, outcome: "fail", stored: [], read: null })).toEqual([]);
});

test.each([0, 199, 300, 402, 500])("one that names what was stored has not the status %d", (status) => {
  expect(wrong(put, { status, outcome: "info" })).toEqual([
    `the answer to w3mv-${put}, ledger.ndjson:${2 * put + 2}, names what was stored, and is no success`,
  ]);
});

test.each([99, 600, 1])("there is no status %d", (status) => {
  expect(wrong(put, { status, outcome: "info", stored: [] })).toEqual([
    expect.stringMatching(/has the status \d+, which/),
  ]);
});

test("an update that succeeded had read", () => {
  expect(wrong(update, { read: null })).toEqual([expect.stringMatching(/is of an update that read nothing$/)]);
  expect(wrong(put, { read: null })).toEqual([]);
});
