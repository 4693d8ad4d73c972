import { describe, expect, test } from "vitest";
import type { AvailabilityProbe } from "../model/record/probe.ts";
import type { RunRecord } from "../model/record/record.ts";
import { gatherFacts } from "./facts.ts";
import { disagreements } from "./prober-witness.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";
import { BASELINE, every, type Instants, timeline } from "./testing/fake-timeline.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

const found = (record: RunRecord) => disagreements(record, gatherFacts(record));
const FAULT_MS = faultMsOf(PLAN);
const isProber = (probe: RunRecord["probes"][number]): probe is AvailabilityProbe => probe.type === "availability";
const withProber = (change: (probe: AvailabilityProbe) => Partial<AvailabilityProbe>, of = fakeRun()) =>
  found({ ...of, probes: of.probes.map((probe) => (isProber(probe) ? { ...probe, ...change(probe) } : probe)) });
const withWrites = (change: (op: Parts["operations"][number]) => Partial<Parts["operations"][number]>) =>
  found(fakeRun({}, ({ operations }) => ({ operations: operations.map((op) => ({ ...op, ...change(op) })) })));

const COULD = /^the prober could write from \d+\.\d s to \d+\.\d s, when no write of the load was acknowledged$/;
const COULD_NOT = /^the prober could not write from \d+\.\d s to \d+\.\d s, when the load could$/;

test.each([
  ["an outage", {}],
  ["an outage in which everything is queued", { held: true }],
  ["a short outage", { outage: { afterMs: 10, ms: 700 } }],
  ["an outage without an end", { outage: { afterMs: 10, ms: null } }],
  ["no outage", { outage: null, operator: null }],
])("the two agree on %s", (_, plan) => {
  expect(found(fakeRun(plan))).toEqual([]);
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

  test("may be off by less than can be seen", () => {
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

  test("because a server with a full disk refused it, and took what is smaller", () => {
    for (const status of [500, 507, 409, 400]) expect(silentFor(1500, status)).toEqual([]);
    for (const status of [502, 503, 504, 201]) expect(silentFor(1500, status)).toEqual([expect.stringMatching(COULD)]);
  });

  test("and the prober could: at least twice, and not on the edge", () => {
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

  test("because its writes refuse each other: that is no outage", () => {
    expect(failing(1600, 409)).toEqual([]);
    expect(failing(1600, 412)).toEqual([]);
    expect(failing(1600, 500)).toEqual([expect.stringMatching(COULD_NOT)]);
  });

  test("and only the writes of the load that were in flight got through", () => {
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

describe("the load was answered while the prober got no answer", () => {
  /** Writes sent in the last part of the outage are answered at its end, but at once according to k6. */
  const held = { held: true, outage: { afterMs: 10, ms: 2800 } };
  const atOnce = (beforeMs: number, shareOf20 = 20) =>
    found(
      fakeRun(held, ({ operations }) => ({
        operations: operations.map((op) => {
          const leftMs = FAULT_MS + 2810 - op.invokedMs;
          const isEarly = leftMs > 0 && leftMs < beforeMs && op.n % 20 < shareOf20;
          return isEarly ? { ...op, completedMs: op.invokedMs + 1 } : op;
        }),
      })),
    );

  test("more than a third of the writes in one second of it", () => {
    expect(found(fakeRun(held))).toEqual([]);
    expect(atOnce(1000)).toEqual([
      expect.stringMatching(/^the load was answered from \d+\.\d s to \d+\.\d s, when no write of the prober was$/),
    ]);
    expect(atOnce(500)).toEqual([]);
  });

  test("a prober that sends nothing waits for nothing", () => {
    const [fromMs, toMs] = [FAULT_MS + 3500, FAULT_MS + 5300];
    const without = fakeRun({}, ({ probes }) => ({
      probes: probes.filter((probe) => !(isProber(probe) && probe.sentMs > fromMs && probe.sentMs < toMs)),
    }));
    expect(found(without)).toEqual([]);
  });
});

test("a write of the prober is recorded as successful exactly if its status says so", () => {
  const answered = (changes: Partial<AvailabilityProbe>) =>
    withProber(({ sentMs }) => (sentMs === 4000 ? changes : {}));
  expect(answered({ status: 500 })).toEqual([
    "the prober's write at 4.000 s was answered with 500, which contradicts its recorded outcome",
  ]);
  expect(answered({ ok: false })).toEqual([
    "the prober's write at 4.000 s was answered with 200, which contradicts its recorded outcome",
  ]);
  expect(answered({ ok: false, status: 0 })).toEqual([]);
});

test("without a baseline or a mapped clock they are not compared", () => {
  const record = fakeRun({}, ({ operations }) => ({
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

describe("to the millisecond", () => {
  /** How far the two may differ around an instant, including the clock error. */
  const AROUND_MS = 252;
  type Sent = readonly [sentMs: number, doneMs: number, status?: number];
  const answered = (...sentMs: number[]) => sentMs.map((ms): Sent => [ms, ms + 10]);
  const beats = (status: number, fromMs: number, beforeMs: number) =>
    every(200, fromMs, beforeMs).map(([ms]): Sent => [ms, ms + 10, status]);
  /** Writes of the load from the baseline on, which begins at 0, and everything that the prober sent. */
  const witnessed = (writes: readonly Instants[], prober: readonly Sent[], refused: readonly number[] = []) =>
    found(
      timeline(writes, {}, ({ operations }) => ({
        operations: operations.map((op) => (refused.includes(op.invokedMs) ? { ...op, status: 500 } : op)),
        probes: prober.map(([sentMs, doneMs, status = 200]): AvailabilityProbe => {
          const ok = status >= 200 && status < 300;
          return { type: "availability", sentMs, doneMs, ok, status, servedBy: ok ? "a" : "" };
        }),
      })),
    );
  const until = (ms: number) => [...BASELINE, ...every(100, 2000, ms)];

  describe("the load is silent", () => {
    /** The last acknowledgement before it is at 3010. */
    const silentUntil = (ackMs: number, ...prober: Sent[]) =>
      witnessed([...until(3001), [3950, ackMs], ...every(100, 4050, 9000)], prober);
    const [first, last] = [3010 + AROUND_MS, 4010 - AROUND_MS - 1];

    test("for a second, in which the prober wrote twice", () => {
      expect(silentUntil(4010, ...answered(3300, 3500))).toEqual([
        "the prober could write from 3.0 s to 4.0 s, when no write of the load was acknowledged",
      ]);
      expect(silentUntil(4009, ...answered(3300, 3500))).toEqual([]);
    });

    test("and writes of the prober that were sent or answered on the edge do not count", () => {
      expect(silentUntil(4010, [first, first + 10], [3500, last])).toHaveLength(1);
      expect(silentUntil(4010, [first - 1, first + 10], [3500, last])).toEqual([]);
      expect(silentUntil(4010, [first, first + 10], [3500, last + 1])).toEqual([]);
    });

    test("and the prober's answers come in another order than it sent", () => {
      expect(silentUntil(4010, [3300, 3310], [8000, 8010], [3500, 3600])).toHaveLength(1);
    });

    test("from the beginning of the baseline, or to the end of the load", () => {
      expect(witnessed(every(100, 1500, 9000), answered(300, 500))).toEqual([
        expect.stringMatching(/^the prober could write from 0\.0 s to 1\.5 s/),
      ]);
      expect(witnessed([...until(3001), [6000, null]], answered(4000, 4200))).toEqual([
        expect.stringMatching(/^the prober could write from 3\.0 s to 6\.0 s/),
      ]);
    });

    test("because a server refused most of the writes sent in it: half is not most", () => {
      const silent = (...refused: number[]) =>
        witnessed(
          [...until(3001), ...every(100, 3100, 4000, false), ...every(100, 4100, 9000)],
          answered(3300, 3500, 3700),
          refused,
        );
      expect(silent(3100, 3200, 3300, 3400, 3500)).toHaveLength(1);
      expect(silent(3100, 3200, 3300, 3400, 3500, 3600)).toEqual([]);
      // Writes sent before it do not count.
      expect(silent(2500, 2600, 2700, 2800, 2900, 3000)).toHaveLength(1);
    });
  });

  describe("the prober could not write", () => {
    /** The first few writes sent in the middle of it are acknowledged in it, the last of them at this instant. */
    const inMiddle = (acked: number, ackMs = 3490) =>
      [3300, 3350, 3400, 3450].map((ms, i): Instants => [ms, i === acked - 1 ? ackMs : i < acked ? ms + 10 : null]);
    const load = (acked: number, ackMs?: number) => [
      ...until(3001),
      ...inMiddle(acked, ackMs),
      ...every(100, 4001, 9000),
    ];
    const failing = (toMs: number) => beats(502, 3000, toMs);

    test("and the load could, with more than a quarter of its writes", () => {
      expect(witnessed(load(2), failing(4001))).toEqual([
        "the prober could not write from 3.0 s to 4.0 s, when the load could",
      ]);
      expect(witnessed(load(1), failing(4001))).toEqual([]);
      expect(witnessed(load(0), failing(4001))).toEqual([]);
    });

    test("answers on its edge do not count", () => {
      const endMs = 4000 - AROUND_MS;
      expect(witnessed(load(2, endMs), failing(4001))).toHaveLength(1);
      expect(witnessed(load(2, endMs + 1), failing(4001))).toEqual([]);
    });

    test("for a second: a shorter time, or one that an answer ends, does not count", () => {
      const lastAt = (ms: number): Sent => [ms, ms + 10, 502];
      const all = [...until(3001), ...every(20, 3020, 9000)];
      expect(witnessed(all, [...failing(3900), lastAt(4000)])).toHaveLength(1);
      expect(witnessed(all, [...failing(3900), lastAt(3999)])).toEqual([]);
      for (const status of [200, 409, 412]) {
        const between: Sent = [3500, 3510, status];
        expect(witnessed(all, [...failing(3500), between, ...beats(502, 3600, 4401)])).toEqual([]);
      }
    });

    test("if the load sent nothing, nothing is reported", () => {
      expect(witnessed([...until(3001), ...every(100, 4101, 9000)], failing(4001))).toEqual([]);
    });
  });

  describe("the load was answered ahead of the prober", () => {
    /** The prober is answered at 3000, and then not before the end. */
    const waiting = (untilMs: number, sends: readonly number[] = [3300, 3500, 3700, 3900, 4100]): Sent[] => [
      [2990, 3000],
      ...sends.map((ms): Sent => [ms, untilMs]),
      ...answered(5000),
    ];
    /** Ten a second: some are answered in the first second in which the prober waits, the rest at its end. */
    const load = (acked: number, untilMs = 4700): Instants[] => [
      ...until(3201),
      ...every(100, 3260, 4260).map(([ms], i): Instants => [ms, i < acked ? ms + 10 : untilMs]),
      ...every(100, 4300, 9000).map(([ms, ackMs]): Instants => [ms, Math.max(ackMs as number, untilMs)]),
    ];
    const isAhead = /^the load was answered from 3\.3 s to 4\.3 s, when no write of the prober was$/;

    test("with more than a third of its writes in a second", () => {
      expect(witnessed(load(4), waiting(4700))).toEqual([expect.stringMatching(isAhead)]);
      expect(witnessed(load(3), waiting(4700))).toEqual([]);
    });

    test("and that second fits between two answers of the prober, in any order; a proxy's error is no answer", () => {
      const endMs = 3000 + 1000 + 2 * AROUND_MS;
      expect(witnessed(load(10), waiting(endMs))).toHaveLength(1);
      expect(witnessed(load(10), waiting(endMs - 1))).toEqual([]);
      // A late answer does not hide the answers to later writes.
      const overtaken: Sent[] = [[2990, 3000], [3200, 4700], ...beats(200, 3400, 5400)];
      expect(witnessed(load(10), overtaken)).toEqual([]);
      const with3600 = (status: number) => witnessed(load(10), [...waiting(4700), [3600, 3610, status]]);
      // A server may refuse one write and acknowledge another in the same second.
      for (const status of [409, 412, 500]) expect(with3600(status)).toEqual([]);
      for (const status of [0, 502, 503, 504]) expect(with3600(status)).toHaveLength(1);
    });

    test("if the prober was at its full rate: four a second", () => {
      expect(witnessed(load(10), waiting(4700, [3300, 3500, 3700, 3900]))).toHaveLength(1);
      expect(witnessed(load(10), waiting(4700, [3300, 3500, 3700]))).toEqual([]);
    });

    test("also late in the time that it waits", () => {
      const late = every(100, 5000, 6000);
      const sends = every(200, 3300, 7000).map(([ms]) => ms);
      const writes: Instants[] = [...until(2901), ...every(100, 3000, 5000, false), ...late, [6500, 7300]];
      expect(witnessed([...writes, ...every(100, 7100, 9000)], [...waiting(7300, sends).slice(0, -1)])).toEqual([
        expect.stringMatching(/^the load was answered from 4\.5 s to 5\.5 s/),
      ]);
    });
  });

  test("a contradicted success has any status but 200 to 299, from the baseline to the last write", () => {
    const contradictions = (ok: boolean, status: number, sentMs = 4000) => {
      const probe: AvailabilityProbe = { type: "availability", sentMs, doneMs: sentMs + 10, ok, status, servedBy: "a" };
      return found(timeline(until(9000), {}, () => ({ probes: [probe] }))).length;
    };
    expect([199, 200, 299, 300].map((status) => contradictions(true, status))).toEqual([1, 0, 0, 1]);
    expect([199, 200, 299, 300].map((status) => contradictions(false, status))).toEqual([0, 1, 1, 0]);
    expect([-1, 0, 8900, 8901].map((ms) => contradictions(true, 500, ms))).toEqual([0, 1, 1, 0]);
  });
});
