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

test("one return, whole, and all that was saved of it is right; and so is a run in which nobody came back", () => {
  expect(record.saved).toHaveLength(2);
  expect(wrongReturns(record)).toEqual([]);
  expect(wrongReturns(fakeRun())).toEqual([]);
});

test("a return that is missing is missed", () => {
  expect(wrongReturns({ ...record, returned: [] })).toEqual([
    "the operator saved what A held 1 times, but the record has it 0 times",
  ]);
});

test("a return that lacks a row, or its end, is not whole", () => {
  for (const returned of [back.returned.slice(1), back.returned.slice(0, -1)])
    expect(wrongReturns(recordOf({ ...back, returned }))).toEqual(["the record of what A held when it came back is incomplete"]);
});

test("a return that could not be read is told as such by others, and is none that was saved", () => {
  const returned = [{ type: "unreadable", side: "a", why: "gone" } as const];
  expect(wrongReturns(recordOf({ ...back, returned }))).toEqual([expect.stringMatching(/has it 0 times$/)]);
});

test("a return of which the operator tells nothing is strange", () => {
  expect(wrongReturns(without("returned"))).toEqual(["the record has 1 returns of A, but the operator recorded 0"]);
});
