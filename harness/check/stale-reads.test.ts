import { describe, expect, test } from "vitest";
import type { Operation } from "../model/columns/operation.ts";
import { registerOf } from "../model/load/write.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { staleReads } from "./stale-reads.ts";
import { WHOLE } from "./survivors.ts";
import type { Plan } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts } from "./testing/fake-run.ts";
import { RUNNER } from "./testing/fake-writes.ts";

const CALM: Partial<Plan> = { outage: null, operator: null, afterSeconds: 60, seed: 3 };
const { operations } = fakeParts(CALM);
const updates = operations.filter((op) => op.kind === "update");
const followed = updates.filter((op) =>
  updates.some((later) => registerOf(later.n) === registerOf(op.n) && later.n > op.n),
);
const numbersOf = (register: number) => updates.filter((op) => registerOf(op.n) === register).map((op) => op.n);
const [first, second, third] = numbersOf(
  Array.from({ length: 100 }, (_, r) => r).find((r) => numbersOf(r).length >= 3) as number,
) as [number, number, number];

const checked = (changes: Partial<Plan> = {}, edit?: (parts: Parts) => Partial<Parts>) => {
  const record = fakeRun({ ...CALM, ...changes }, edit);
  return staleReads.check(record, gatherFacts(record));
};
const rereads = (n: number, version: number) => (parts: Parts) => ({
  operations: parts.operations.map(
    (op): Operation => (op.n === n && op.read ? { ...op, read: { ...op.read, version } } : op),
  ),
});

test("nothing is stale if every read finds the newest version, of versions that were read again", () => {
  const { verdict, measures } = checked();
  expect(verdict).toBe("no-objective");
  expect(measures?.stale).toEqual({ p50: 0, p95: 0, p99: 0, count: followed.length, maxMs: 0 });
});

test("a read that finds an older version makes all newer ones stale until it was sent", () => {
  const { measures, reason } = checked({}, rereads(third, 1));
  const begunMs = operations[third]?.read?.sentMs as number;
  expect(measures?.stale?.maxMs).toBe(begunMs - (operations[first]?.completedMs as number));
  expect(reason).toMatch(/^2 of \d+ versions were late/);
  const one = checked({}, rereads(third, operations[second]?.read?.version as number));
  expect(one.measures?.stale?.maxMs).toBe(begunMs - (operations[second]?.completedMs as number));
  expect(one.reason).toMatch(/^1 of /);
});

test("a lost version never appears, and is not late", () => {
  const lost = checked({ lost: [second] }, rereads(third, operations[second]?.read?.version as number));
  expect(lost.measures?.stale).toMatchObject({ maxMs: 0, count: followed.length - 1 });
});

test("without another read, or if what is there is not known, there is no figure", () => {
  const once = checked({}, ({ operations: all }) => ({ operations: all.filter((op) => op.n <= first) }));
  expect(once).toEqual({ verdict: "not-examined", reason: "no register was read after it was updated" });
  expect(checked({}, () => ({ audit: [] })).verdict).toBe("inconclusive");
});

test("if the load updates no register there is no objective", () => {
  const none = checked({}, ({ run, operations: all }) => {
    const load = { ...run.scenario.load, mix: { ...run.scenario.load.mix, update: 0 } };
    return {
      run: { ...run, scenario: { ...run.scenario, load } },
      operations: all.filter(({ kind }) => kind !== "update"),
    };
  });
  expect(none).toEqual({ verdict: "no-objective", reason: "the load updates no register" });
});

describe("by exact reads of one register", () => {
  /** Updates of register 0: when each read, what it found, and when the version it made was acknowledged. */
  const byReads = (...reads: [sentMs: number, found: number, ackMs: number | null, made: number][]) => {
    const record = fakeRun(CALM, () => ({
      operations: reads.map(([sentMs, version, ackMs, made], i): Operation => {
        const n = 100 * i;
        const read = { sentMs, doneMs: sentMs + 1, version, writer: null };
        const known = {
          write: `w3-${n}`,
          n,
          kind: "update" as const,
          invokedMs: sentMs,
          runner: RUNNER,
          line: 1,
          servedBy: "a",
          read,
        };
        const stored = ackMs === null ? [] : [`Patient/r3-0/${made}`];
        const outcome = ackMs === null ? ("info" as const) : ("ok" as const);
        return { ...known, completedMs: ackMs ?? sentMs + 2, outcome, reason: "acknowledged", status: 200, stored };
      }),
    }));
    const facts = gatherFacts(record);
    const fates = new Uint8Array(reads.length).fill(WHOLE);
    const serving = { ...facts.holdings.serving, complete: true, fates };
    return staleReads.check(record, { ...facts, holdings: { ...facts.holdings, serving } });
  };

  test("the figure is the time from the acknowledgement to the last read that found an older version", () => {
    const { reason, measures } = byReads([0, 1, 10, 2], [30, 1, null, 0], [50, 1, null, 0], [70, 2, null, 0]);
    expect(measures?.stale).toEqual({ p50: 40, p95: 40, p99: 40, count: 1, maxMs: 40 });
    expect(reason).toBe("1 of 1 versions were late to appear, the latest by 40 ms");
  });

  test("a read sent at the instant of the acknowledgement is not after it, and without a read there is no figure", () => {
    expect(byReads([0, 1, 10, 2], [10, 1, null, 0]).reason).toBe("no register was read after it was updated");
    expect(byReads([0, 1, 10, 2], [11, 1, null, 0]).measures?.stale).toMatchObject({ count: 1, maxMs: 1 });
  });

  test("neither reads nor acknowledgements need come in the order of versions", () => {
    const { measures } = byReads([0, 1, 10, 2], [20, 2, 30, 3], [60, 2, null, 0], [40, 1, null, 0], [90, 3, null, 0]);
    // Version 2 until 40, version 3 until 60.
    expect(measures?.stale).toEqual({ p50: 30, p95: 30, p99: 30, count: 2, maxMs: 30 });
  });

  test("versions may be acknowledged in another order than they were made", () => {
    const { measures } = byReads([0, 2, 30, 3], [5, 1, 10, 2], [20, 1, null, 0], [50, 2, null, 0]);
    expect(measures?.stale).toEqual({ p50: 10, p95: 20, p99: 20, count: 2, maxMs: 20 });
  });

  test("a read of an older version before the acknowledgement is not late", () => {
    expect(byReads([0, 1, 10, 2], [20, 2, null, 0]).measures?.stale).toMatchObject({ count: 1, maxMs: 0 });
    expect(byReads([0, 1, 10, 2], [20, 2, null, 0]).reason).toBe(
      "0 of 1 versions were late to appear, the latest by 0 ms",
    );
  });
});

test("goes by its name, and is not asked where k6's clock was never mapped", () => {
  const record = fakeRun(CALM, ({ run }) => ({ run: { ...run, clock: null } }));
  expect(judge(record, [staleReads]).checks).toMatchObject([
    { name: "stale-reads", verdict: "inconclusive", reason: expect.stringMatching(/^k6's clock was never mapped/) },
  ]);
});
