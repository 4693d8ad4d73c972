import { describe, expect, test } from "vitest";
import type { AvailabilityProbe } from "../model/probe.ts";
import type { RunRecord } from "../model/record.ts";
import { gatherFacts } from "./facts.ts";
import { PLAN } from "./planted-plan.ts";
import { type Parts, plantedRun } from "./planted-run.ts";
import { faultMsOf } from "./planted-writes.ts";
import { disagreements } from "./prober-witness.ts";

const found = (record: RunRecord) => disagreements(record, gatherFacts(record));
const FAULT_MS = faultMsOf(PLAN);
const isProber = (probe: RunRecord["probes"][number]): probe is AvailabilityProbe => probe.type === "availability";
const withProber = (change: (probe: AvailabilityProbe) => Partial<AvailabilityProbe>, of = plantedRun()) =>
  found({ ...of, probes: of.probes.map((probe) => (isProber(probe) ? { ...probe, ...change(probe) } : probe)) });
const withWrites = (change: (op: Parts["operations"][number]) => Partial<Parts["operations"][number]>) =>
  found(plantedRun({}, ({ operations }) => ({ operations: operations.map((op) => ({ ...op, ...change(op) })) })));

const COULD = /^the prober could write from \d+\.\d s to \d+\.\d s, when no write of the load was acknowledged$/;
const COULD_NOT = /^the prober could not write from \d+\.\d s to \d+\.\d s, when the load could$/;

test.each([
  ["an outage", {}],
  ["an outage in which all is held back", { held: true }],
  ["a short outage", { outage: { afterMs: 10, ms: 700 } }],
  ["an outage without an end", { outage: { afterMs: 10, ms: null } }],
  ["no outage", { outage: null, operator: null }],
])("the two agree on %s", (_, plan) => {
  expect(found(plantedRun(plan))).toEqual([]);
});

describe("k6's clock", () => {
  const shifted = (byMs: number, fromMs = 0) =>
    withWrites((op) =>
      op.invokedMs < fromMs ? {} : { invokedMs: op.invokedMs + byMs, completedMs: (op.completedMs as number) + byMs },
    );

  test.each([5000, -5000, 2000, -2000, 1000, -1000])("off by %d ms is seen by the outage", (byMs) => {
    expect(shifted(byMs)).not.toEqual([]);
  });

  test.each([3000, -3000])("set by %d ms within the outage is seen", (byMs) => {
    expect(shifted(byMs, FAULT_MS + 1500)).not.toEqual([]);
  });

  test("may be off by what nobody can see", () => {
    for (const byMs of [200, -200]) expect(shifted(byMs)).toEqual([]);
  });
});

describe("the ledger says that nobody could write", () => {
  const silentFor = (ms: number, status = 0) =>
    withWrites((op) =>
      op.invokedMs >= FAULT_MS + 4000 && op.invokedMs < FAULT_MS + 4000 + ms
        ? { outcome: "info", completedMs: op.invokedMs + 5000, stored: [], status }
        : {},
    );

  test("because a server refused it, as one with a full disk does, and took what is smaller", () => {
    for (const status of [500, 507, 409, 400]) expect(silentFor(1500, status)).toEqual([]);
    for (const status of [502, 503, 504, 201]) expect(silentFor(1500, status)).toEqual([expect.stringMatching(COULD)]);
  });

  test("and the prober could: twice at least, at a time that is not on the edge", () => {
    expect(silentFor(1500)).toEqual([expect.stringMatching(COULD)]);
    expect(silentFor(900)).toEqual([]);
  });

  test("and one write of the prober slipped through", () => {
    const through = (count: number) =>
      withProber(({ sentMs }) => {
        const isIn = sentMs > FAULT_MS + 500 && sentMs < FAULT_MS + 500 + 200 * count;
        return isIn ? { ok: true, status: 200 } : {};
      });
    expect(through(1)).toEqual([]);
    expect(through(2)).toEqual([expect.stringMatching(COULD)]);
  });
});

describe("the prober could not write", () => {
  const failing = (ms: number, status = 502) =>
    withProber(({ sentMs }) =>
      sentMs >= FAULT_MS + 4000 && sentMs < FAULT_MS + 4000 + ms ? { ok: false, status } : {},
    );

  test("and the load could, for a second or more", () => {
    expect(failing(1600)).toEqual([expect.stringMatching(COULD_NOT)]);
    expect(failing(900)).toEqual([]);
  });

  test("because its writes refuse each other: that is nobody's outage", () => {
    expect(failing(1600, 409)).toEqual([]);
    expect(failing(1600, 412)).toEqual([]);
    expect(failing(1600, 500)).toEqual([expect.stringMatching(COULD_NOT)]);
  });

  test("and of the load only what was under way came through", () => {
    const few = (share: number) =>
      withWrites((op) =>
        op.invokedMs > FAULT_MS + 10 && op.invokedMs < FAULT_MS + 3000 && op.n % 20 < share * 20
          ? { outcome: "ok", completedMs: op.invokedMs + 4, servedBy: "a" }
          : {},
      );
    expect(few(0.2)).toEqual([]);
    expect(few(0.35)).toEqual([expect.stringMatching(COULD_NOT)]);
  });
});

describe("the load was answered while the prober waited in vain", () => {
  /** All that is sent from so long before the end of the outage on is answered at its end, and by k6's word at once. */
  const held = { held: true, outage: { afterMs: 10, ms: 2800 } };
  const atOnce = (beforeMs: number, shareOf20 = 20) =>
    found(
      plantedRun(held, ({ operations }) => ({
        operations: operations.map((op) => {
          const leftMs = FAULT_MS + 2810 - op.invokedMs;
          const isEarly = leftMs > 0 && leftMs < beforeMs && op.n % 20 < shareOf20;
          return isEarly ? { ...op, completedMs: op.invokedMs + 1 } : op;
        }),
      })),
    );

  test("in a second of it a third of the writes, and more", () => {
    expect(found(plantedRun(held))).toEqual([]);
    expect(atOnce(1000)).toEqual([
      expect.stringMatching(/^the load was answered from \d+\.\d s to \d+\.\d s, when no write of the prober was$/),
    ]);
    expect(atOnce(500)).toEqual([]);
  });

  test("and one that sends nothing waits for nothing", () => {
    const [fromMs, toMs] = [FAULT_MS + 3500, FAULT_MS + 5300];
    const without = plantedRun({}, ({ probes }) => ({
      probes: probes.filter((probe) => !(isProber(probe) && probe.sentMs > fromMs && probe.sentMs < toMs)),
    }));
    expect(found(without)).toEqual([]);
  });
});

test("a write of the prober that is told to have succeeded has a status that says so, and the other way round", () => {
  const told = (changes: Partial<AvailabilityProbe>) => withProber(({ sentMs }) => (sentMs === 4000 ? changes : {}));
  expect(told({ status: 500 })).toEqual(["the prober's write at 4.000 s was answered with 500, and is told otherwise"]);
  expect(told({ ok: false })).toEqual(["the prober's write at 4.000 s was answered with 200, and is told otherwise"]);
  expect(told({ ok: false, status: 0 })).toEqual([]);
});

test("without a baseline, or by a clock that nobody mapped, they say nothing of each other", () => {
  const record = plantedRun({}, ({ operations }) => ({
    operations: operations.map((op) => ({
      ...op,
      invokedMs: op.invokedMs + 5000,
      completedMs: (op.completedMs as number) + 5000,
    })),
  }));
  expect(found(record)).not.toEqual([]);
  expect(found({ ...record, run: { ...record.run, clock: null } })).toEqual([]);
  expect(found({ ...record, events: [] })).toEqual([]);
});
