import { expect, test } from "vitest";
import type { RunRecord } from "../model/record/record.ts";
import { cameBack } from "./testing/fake-return.ts";
import { fakeParts, fakeRun, recordOf } from "./testing/fake-run.ts";
import { wrongReturns } from "./told-returns.ts";

const back = cameBack(fakeParts({ lost: [10, 11], stranded: [10, 11] }));
const record = recordOf(back);
const without = (step: string): RunRecord => ({
  ...record,
  events: record.events.filter((event) => event.type !== "operator" || event.step !== step),
});

test("one complete return that was saved has nothing wrong, nor has a run without a return", () => {
  expect(record.saved).toHaveLength(2);
  expect(wrongReturns(record)).toEqual([]);
  expect(wrongReturns(fakeRun())).toEqual([]);
});

test("a missing return is reported", () => {
  expect(wrongReturns({ ...record, returned: [] })).toEqual([
    "the operator saved what A held 1 times, but the record has it 0 times",
  ]);
});

test("a return that lacks a row, or its end, is incomplete", () => {
  for (const returned of [back.returned.slice(1), back.returned.slice(0, -1)])
    expect(wrongReturns(recordOf({ ...back, returned }))).toEqual([
      "the record of what A held when it came back is incomplete",
    ]);
});

test("an unreadable return is reported by other checks, and is not a saved one", () => {
  const returned = [{ type: "unreadable", side: "a", why: "gone" } as const];
  expect(wrongReturns(recordOf({ ...back, returned }))).toEqual([expect.stringMatching(/has it 0 times$/)]);
});

test("a return that the operator did not record is reported", () => {
  expect(wrongReturns(without("returned"))).toEqual(["the record has 1 returns of A, but the operator recorded 0"]);
});
