import { expect, test } from "vitest";
import type { Operation } from "../model/operation.ts";
import { registerOf } from "../model/write.ts";
import { gatherFacts } from "./facts.ts";
import type { Plan } from "./planted-plan.ts";
import { type Parts, plantedParts, plantedRun } from "./planted-run.ts";
import { staleReads } from "./stale-reads.ts";

const CALM: Partial<Plan> = { outage: null, operator: null, afterSeconds: 60, seed: 3 };
const { operations } = plantedParts(CALM);
const updates = operations.filter((op) => op.kind === "update");
const followed = updates.filter((op) =>
  updates.some((later) => registerOf(later.n) === registerOf(op.n) && later.n > op.n),
);
const numbersOf = (register: number) => updates.filter((op) => registerOf(op.n) === register).map((op) => op.n);
const [first, second, third] = numbersOf(
  Array.from({ length: 100 }, (_, r) => r).find((r) => numbersOf(r).length >= 3) as number,
) as [number, number, number];

const checked = (changes: Partial<Plan> = {}, edit?: (parts: Parts) => Partial<Parts>) => {
  const record = plantedRun({ ...CALM, ...changes }, edit);
  return staleReads.check(record, gatherFacts(record));
};
const rereads = (n: number, version: number) => (parts: Parts) => ({
  operations: parts.operations.map(
    (op): Operation => (op.n === n && op.read ? { ...op, read: { ...op.read, version } } : op),
  ),
});

test("when every look finds the newest version nothing is stale, of those that were looked at again", () => {
  const { verdict, measures } = checked();
  expect(verdict).toBe("unasked");
  expect(measures?.stale).toEqual({ p50: 0, p95: 0, p99: 0, count: followed.length, maxMs: 0 });
});

test("a look that finds an older version makes all newer ones stale until it was begun", () => {
  const { measures, reason } = checked({}, rereads(third, 1));
  const begunMs = operations[third]?.read?.sentMs as number;
  expect(measures?.stale?.maxMs).toBe(begunMs - (operations[first]?.completedMs as number));
  expect(reason).toMatch(/^2 of \d+ versions were late/);
  const one = checked({}, rereads(third, operations[second]?.read?.version as number));
  expect(one.measures?.stale?.maxMs).toBe(begunMs - (operations[second]?.completedMs as number));
  expect(one.reason).toMatch(/^1 of /);
});

test("a lost version never appears, and that is not lateness", () => {
  const lost = checked({ lost: [second] }, rereads(third, operations[second]?.read?.version as number));
  expect(lost.measures?.stale).toMatchObject({ maxMs: 0, count: followed.length - 1 });
});

test("when nobody looked again, or what is there is not known, nothing is said", () => {
  const once = checked({}, ({ operations: all }) => ({ operations: all.filter((op) => op.n <= first) }));
  expect(once).toEqual({ verdict: "unasked", reason: "nobody looked at a register after it was updated" });
  expect(checked({}, () => ({ audit: [] })).verdict).toBe("inconclusive");
});
