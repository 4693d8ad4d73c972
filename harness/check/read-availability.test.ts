import { describe, expect, test } from "vitest";
import type { RegisterLook } from "../model/record/record.ts";
import { gatherFacts } from "./facts.ts";
import { readAvailability } from "./read-availability.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { type ReadPlan, withReads } from "./testing/fake-reads.ts";
import { fakeParts, type Parts, recordOf } from "./testing/fake-run.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

const FAULT_MS = faultMsOf(PLAN);
const down = (fromMs: number, ms: number) => ({ fromMs: FAULT_MS + fromMs, toMs: FAULT_MS + fromMs + ms });

function checked(
  reads: Partial<ReadPlan> = {},
  change: (read: RegisterLook) => RegisterLook[] = (read) => [read],
  plan: Partial<Plan> = {},
  edit: (parts: Parts) => Parts = (parts) => parts,
) {
  const parts = withReads(fakeParts(plan), reads);
  const record = recordOf(edit({ ...parts, looks: parts.looks.flatMap(change) }));
  const finding = readAvailability.check(record, gatherFacts(record));
  return { ...finding, of: finding.measures?.readAvailability };
}

describe("how long nobody could read", () => {
  test("is nothing if all reads were answered, whatever became of the writes", () => {
    const { verdict, reason, of } = checked();
    expect([verdict, of?.seconds, of?.share, of?.censored]).toEqual(["no-objective", 0, 1, false]);
    expect(reason).toBe("nobody could read for 0.000 s; 110 of 110 reads were answered; none was stale");
    expect([of?.asked, of?.answered]).toEqual([110, 110]);
  });

  test("is that of the kind that was away longer, whatever became of the other", () => {
    const failing = (by: "read" | "search", from: number, to: number) => (read: RegisterLook) => [
      read.by === by && read.n >= from && read.n < to ? { ...read, status: 500 } : read,
    ];
    for (const by of ["read", "search"] as const) {
      const { of, reason } = checked({}, failing(by, 50, 80));
      expect(of?.seconds).toBeGreaterThanOrEqual(2.9);
      expect(reason).toMatch(new RegExp(`^nobody could ${by} for 3\\.`));
      // Although the last read of all was answered.
      expect(checked({}, failing(by, 80, 999))).toMatchObject({ verdict: "inconclusive", of: { censored: true } });
    }
  });

  test.each([1500, 3000])("is as long as the outage of %d ms, to one read of its kind", (ms) => {
    const { of, verdict, evidence } = checked({ outage: down(200, ms) });
    expect(verdict).toBe("no-objective");
    expect(of?.seconds).toBeGreaterThanOrEqual(ms / 1000 - 0.1);
    expect(of?.seconds).toBeLessThanOrEqual(ms / 1000 + 0.31);
    expect(of?.answered).toBe(110 - ms / 100);
    expect(of?.share).toBeCloseTo(1 - ms / 100 / 110, 6);
    expect([of?.intervals.length, evidence?.length]).toEqual([1, 1]);
  });

  test("counts a search that found nothing, and an answer without a version", () => {
    const { of } = checked({}, (read) => [read.n === 50 ? { ...read, version: null } : read]);
    expect([of?.answered, of?.intervals.length]).toEqual([109, 1]);
    expect(checked({}, (read) => [read.n === 50 ? { ...read, status: 500 } : read]).of?.answered).toBe(109);
  });

  test("is a lower bound if it had not ended when the load did", () => {
    const { verdict, reason, of } = checked({ outage: down(2000, 60_000) });
    expect([verdict, of?.censored]).toEqual(["inconclusive", true]);
    expect(reason).toMatch(/^nobody could search for at least \d\.\d{3} s; .* it had not ended when the load did$/);
  });

  test("does not count what came before the baseline", () => {
    expect(checked({ outage: { fromMs: 0, toMs: 2900 } }).of?.seconds).toBe(0);
  });
});

describe("who answered", () => {
  test("is counted by site, and an unknown server with neither", () => {
    const answeredBy = (n: number) => (n % 3 === 0 ? "a" : n % 3 === 1 ? "b" : "10.0.0.1");
    const { of } = checked({}, (read) => [{ ...read, servedBy: answeredBy(read.n) }]);
    expect((of?.answeredBy.a ?? 0) + (of?.answeredBy.b ?? 0)).toBeLessThan(110);
    expect(of?.answeredBy.b).toBeGreaterThan(30);
  });
});

describe("stale", () => {
  const stale = { fromMs: FAULT_MS + 3200, toMs: FAULT_MS + 7500 };
  const dense: Partial<ReadPlan> = { ratePerSecond: 100, of: "read" };

  test("is a read that found an older version than was acknowledged before it", () => {
    const { of, reason } = checked({ ...dense, stale });
    expect(of?.stale).toBeGreaterThan(0);
    expect(of?.stalestMs).toBeGreaterThan(0);
    expect(of?.stalestMs).toBeLessThan(4300);
    expect(reason).toMatch(/; \d+ were stale, the stalest by \d\.\d{3} s$/);
    expect(checked(dense).of).toMatchObject({ stale: 0, stalestMs: 0 });
  });

  test("is as old as the acknowledgement of the first newer version, before it was sent", () => {
    const parts = fakeParts();
    const update = parts.operations.find(
      (op) => op.kind === "update" && op.outcome === "ok" && op.invokedMs > FAULT_MS,
    );
    if (update?.completedMs == null) throw new Error("no update");
    const register = update.n % 100;
    const at = (afterMs: number) => {
      const only = (read: RegisterLook): RegisterLook[] => [
        read.n === 100
          ? { ...read, register, version: 1, sentMs: (update.completedMs as number) + afterMs }
          : { ...read, version: 1e6 },
      ];
      return checked({}, only);
    };
    const sentMs = withReads(parts).looks[100]?.sentMs as number;
    const afterMs = sentMs - update.completedMs;
    // Near its time, so that the schedule is kept.
    expect(at(afterMs).of).toMatchObject(afterMs > 0 ? { stale: 1, stalestMs: afterMs } : { stale: 0, stalestMs: 0 });
    expect(at(afterMs).of?.stale).toBe(afterMs > 0 ? 1 : 0);
  });

  test("is no read that misses only what was lost: that counts as lost", () => {
    const parts = fakeParts();
    const updates = parts.operations.filter((op) => op.kind === "update" && op.outcome === "ok").map(({ n }) => n);
    expect(checked({ ...dense, stale }, undefined, { lost: updates }).of?.stale).toBe(0);
  });

  test("is not known if what the serving site holds is not", () => {
    const { verdict, of, reason } = checked({}, undefined, {}, (parts) => ({ ...parts, audit: [] }));
    expect([verdict, of?.stale, of?.stalestMs, of?.seconds]).toEqual(["inconclusive", null, null, 0]);
    expect(reason).toMatch(/how many were stale is not known, because what B holds is not$/);
  });
});

describe("inconclusive", () => {
  test("if reads are missing, at the end or in the middle", () => {
    const cut = checked({}, (read) => (read.n < 110 ? [read] : []));
    expect(cut).toMatchObject({ verdict: "inconclusive", reason: "the ledger has 110 reads, and the scenario 120" });
    const { reason } = checked({}, (read) => [read.n === 60 ? { ...read, n: 130 } : read]);
    expect(reason).toBe("the ledger lacks reads in the middle of the load");
  });

  test("if they were sent too late", () => {
    const late = checked({}, (read) => [read.n > 60 ? { ...read, sentMs: read.sentMs + 501 } : read]);
    expect(late).toMatchObject({ verdict: "inconclusive", reason: "read 61 was sent 0.501 s off the load's schedule" });
    expect(checked({}, (read) => [read.n > 60 ? { ...read, sentMs: read.sentMs + 500 } : read]).verdict).toBe(
      "no-objective",
    );
  });

  test("without a baseline", () => {
    const { reason } = checked({}, undefined, {}, (parts) => ({ ...parts, events: [] }));
    expect(reason).toBe("the baseline was never reached");
  });
});

test("a load without reads has no such figure", () => {
  const record = recordOf(fakeParts());
  expect(readAvailability.check(record, gatherFacts(record))).toEqual({
    ...{ verdict: "no-objective", reason: "the load sends no reads" },
  });
});
