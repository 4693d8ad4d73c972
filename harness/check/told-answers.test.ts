import { expect, test } from "vitest";
import { judge } from "./judge.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";
import { faultMsOf, TIMEOUT_MS } from "./testing/fake-writes.ts";
import { wrongAnswers } from "./told-answers.ts";

type Write = Parts["operations"][number];
const { operations } = { operations: [...fakeRun().history] };
const of = (is: (op: Write) => boolean) => operations.find(is)?.n as number;
const put = of((op) => op.kind === "put" && op.outcome === "ok");
const update = of((op) => op.kind === "update" && op.outcome === "ok");
const wrong = (n: number, change: Partial<Write>) =>
  wrongAnswers(
    fakeRun({}, (parts) => ({ operations: parts.operations.map((op) => (op.n === n ? { ...op, ...change } : op)) })),
  );

test("answers as k6 gets them have nothing wrong", () => {
  expect(wrongAnswers(fakeRun())).toEqual([]);
  expect(wrong(put, { status: 0, outcome: "info", stored: [] })).toEqual([]);
  for (const status of [100, 404, 599]) expect(wrong(put, { status, outcome: "info", stored: [] })).toEqual([]);
  for (const status of [200, 299]) expect(wrong(put, { status })).toEqual([]);
  expect(wrong(update, { status: 0, outcome: "fail", stored: [], read: null })).toEqual([]);
});

test.each([0, 199, 300, 402, 500])("an answer that names what was stored cannot have the status %d", (status) => {
  expect(wrong(put, { status, outcome: "info" })).toEqual([
    `the answer to w3mv-${put}, ledger.ndjson:${2 * put + 2}, names what was stored, but is no success`,
  ]);
});

test("the first of each kind is reported", () => {
  const record = fakeRun({}, ({ operations: all }) => ({
    operations: all.map((op) => {
      if (op.n === put + 1) return { ...op, status: 700, outcome: "info", stored: [] };
      return op.n === put || op.n > put + 20 ? { ...op, status: 600, outcome: "info", stored: [] } : op;
    }),
  }));
  expect(wrongAnswers(record)).toEqual([
    expect.stringMatching(new RegExp(`w3mv-${put}, .* has the status 600, which does not exist$`)),
    expect.stringMatching(new RegExp(`w3mv-${put + 1}, .* has the status 700, which does not exist$`)),
  ]);
});

test.each([99, 600, 1])("status %d does not exist", (status) => {
  expect(wrong(put, { status, outcome: "info", stored: [] })).toEqual([
    expect.stringMatching(/has the status \d+, which/),
  ]);
});

test("an update that succeeded had read its register", () => {
  expect(wrong(update, { read: null })).toEqual([
    expect.stringMatching(/is of an update that did not read its register$/),
  ]);
  expect(wrong(put, { read: null })).toEqual([]);
});

test("a success was sent", () => {
  expect(wrong(put, { outcome: "fail" })).toEqual([
    expect.stringMatching(/is a success of a write that was never sent$/),
  ]);
  expect(wrong(put, { status: 400, outcome: "fail", stored: [] })).toEqual([]);
});

test("an update reads after it was begun and before it was answered, and nothing else reads", () => {
  const { invokedMs, completedMs, read } = operations.find((op) => op.n === update) as Write & { completedMs: number };
  const reading = (sentMs: number, doneMs: number, n = update) =>
    wrong(n, { read: { version: 1, writer: null, ...read, sentMs, doneMs } });
  const untimely = [expect.stringMatching(/is of an update that did not read between its sending and its answer$/)];
  expect(reading(invokedMs, completedMs)).toEqual([]);
  expect(reading(invokedMs + 1, invokedMs + 1)).toEqual([]);
  expect(reading(invokedMs - 1, completedMs)).toEqual(untimely);
  expect(reading(invokedMs, completedMs + 1)).toEqual(untimely);
  expect(reading(invokedMs + 2, invokedMs + 1)).toEqual(untimely);
  expect(wrong(update, { completedMs: null, outcome: "info", status: 0, stored: [] })).toEqual([]);
  const of = operations.find((op) => op.n === put) as Write;
  expect(reading(of.invokedMs, of.invokedMs, put)).toEqual([
    expect.stringMatching(/has a read, but only updates read$/),
  ]);
});

test("a success comes while its client waits, or a moment later on a busy machine", () => {
  const { invokedMs } = operations.find((op) => op.n === put) as Write;
  const LIMIT_MS = TIMEOUT_MS + 2000;
  expect(wrong(put, { completedMs: invokedMs + LIMIT_MS })).toEqual([]);
  expect(wrong(put, { completedMs: invokedMs + LIMIT_MS + 1 })).toEqual([
    expect.stringMatching(/is a success after more than the 5 s for which a client waits$/),
  ]);
  // A write that was never acknowledged cannot be late.
  expect(wrong(put, { completedMs: invokedMs + 60_000, status: 0, outcome: "info", stored: [] })).toEqual([]);
});

test("answers that no client waited for do not make losses look younger", () => {
  const objectives = { ...PLAN.objectives, rpoSeconds: 5, rtoSeconds: 60 };
  const plan = { baselineSeconds: 20, lost: [60, 61], objectives };
  const lost = judge(fakeRun(plan));
  expect([lost.verdict, lost.measures.rpo.count]).toEqual(["broken", 2]);
  const faultMs = faultMsOf({ ...PLAN, ...plan });
  const late = judge(
    fakeRun(plan, (parts) => ({
      operations: parts.operations.map((op) => (plan.lost.includes(op.n) ? { ...op, completedMs: faultMs - 100 } : op)),
    })),
  );
  expect(late.verdict).toBe("inconclusive");
});
