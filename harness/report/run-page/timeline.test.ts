/** What the page draws: every write is on it, and every outage is visible, however short and at any zoom. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gatherFacts } from "../../check/facts.ts";
import { fakeRun } from "../../check/testing/fake-run.ts";
import { every, FAULT_MS, type Instants, timeline as recordOf } from "../../check/testing/fake-timeline.ts";
import type { ProbeLine } from "../../model/record/probe.ts";
import type { RunRecord } from "../../model/record/record.ts";
import { totalMs } from "../../stats/intervals.ts";
import { binsOf, msAt, summaries, summary, tableRows } from "./client/view.ts";
import type { Span, Timeline } from "./page-data.ts";
import { timelineOf } from "./timeline.ts";

const timelineFor = (record: RunRecord, intervals = [] as Span[]) =>
  timelineOf(record, gatherFacts(record), { seconds: totalMs(intervals) / 1000, censored: false, intervals });
const wholeOf = (timeline: Timeline) => summary(timeline.columns, { from: 0, to: binsOf(timeline) });
const binAt = (timeline: Timeline, ms: number) => Math.floor((ms - timeline.fromMs) / timeline.binMs);

describe("an outage of 250 ms", () => {
  const GAP_MS = 250;
  /** Writes by the clock, each acknowledged 10 ms later; in the gap none is acknowledged, and none was a while before. */
  const withGap = (stepMs: number, gapMs: number): Instants[] =>
    every(stepMs, 0, 20_000).filter(([, ackMs]) => (ackMs as number) <= gapMs || (ackMs as number) >= gapMs + GAP_MS);
  const anyCase = fc.record({
    stepMs: fc.constantFrom(1, 10, 33, 50),
    gapMs: fc.double({ min: 1000, max: 18_000, noNaN: true }),
    pieces: fc.integer({ min: 2, max: 400 }),
  });

  test("is a silence of its length at every zoom level, only where it was", () => {
    fc.assert(
      fc.property(anyCase, ({ stepMs, gapMs, pieces }) => {
        const writes = withGap(stepMs, gapMs);
        const timeline = timelineFor(recordOf(writes));
        for (const piece of summaries(timeline.columns, { from: 0, to: binsOf(timeline) }, pieces)) {
          const [fromMs, toMs] = [msAt(timeline, piece.from), msAt(timeline, piece.to)];
          const isThere = toMs > gapMs && fromMs < gapMs + GAP_MS;
          if (isThere) expect(piece.silentMs).toBeGreaterThanOrEqual(GAP_MS);
          else if (toMs < gapMs - stepMs || fromMs > gapMs + GAP_MS + stepMs)
            expect(piece.silentMs ?? 0).toBeLessThanOrEqual(Math.max(stepMs, 10));
        }
      }),
    );
  });

  test("leaves a bin with 0 acknowledged writes, also when zoomed out", () => {
    fc.assert(
      fc.property(anyCase, ({ stepMs, gapMs, pieces }) => {
        const timeline = timelineFor(recordOf(withGap(stepMs, gapMs)));
        expect(timeline.binMs).toBe(125);
        const empty = timeline.columns.acknowledged.findIndex(
          (count, bin) => count === 0 && msAt(timeline, bin) >= gapMs && msAt(timeline, bin + 1) <= gapMs + GAP_MS,
        );
        expect(empty).toBeGreaterThanOrEqual(0);
        const shown = summaries(timeline.columns, { from: 0, to: binsOf(timeline) }, pieces);
        expect(shown.find(({ from, to }) => from <= empty && empty < to)?.least).toBe(0);
      }),
    );
  });
});

describe("writes", () => {
  test("are all on the page, and add up at any zoom", () => {
    const record = fakeRun();
    const timeline = timelineFor(record);
    const { acknowledged, failed, unknown, byA, byB } = wholeOf(timeline);
    const count = (outcome: string) => [...record.history].filter((op) => op.outcome === outcome).length;
    expect([acknowledged, failed, unknown]).toEqual([count("ok"), count("fail"), count("info")]);
    expect(byA + byB).toBe(acknowledged);
    const pieces = summaries(timeline.columns, { from: 3, to: binsOf(timeline) - 5 }, 7);
    const part = summary(timeline.columns, { from: 3, to: binsOf(timeline) - 5 });
    expect(pieces.reduce((sum, piece) => sum + piece.acknowledged, 0)).toBe(part.acknowledged);
    expect(pieces.length).toBeLessThanOrEqual(7);
  });

  test("are placed at their acknowledgement, unknown ones at their sending", () => {
    const timeline = timelineFor(recordOf([[0, 10], [100, 1010], [1100, null], [1200, 1210]])); // biome-ignore format: pairs
    const { acknowledged, unknown, medianMs, slowestMs, silentMs } = timeline.columns;
    expect([
      acknowledged[binAt(timeline, 10)],
      acknowledged[binAt(timeline, 1010)],
      unknown[binAt(timeline, 1100)],
    ]).toEqual([1, 1, 1]);
    expect([medianMs[binAt(timeline, 1010)], slowestMs[binAt(timeline, 1010)], medianMs[binAt(timeline, 700)]]).toEqual(
      [910, 910, null],
    );
    expect(silentMs[binAt(timeline, 700)]).toBe(1000);
  });

  test("that failed are placed at their sending, too", () => {
    const record = recordOf(every(100, 0, 3000), {}, ({ operations }) => ({
      operations: operations.map((op) => (op.n === 15 ? { ...op, outcome: "fail", completedMs: 2800 } : op)),
    }));
    const { failed } = timelineFor(record).columns;
    expect(failed[binAt(timelineFor(record), 1500)]).toBe(1);
    expect(failed[binAt(timelineFor(record), 2800)]).toBe(0);
  });

  test("that stop before the load ends leave a silence marked as longer", () => {
    expect(timelineFor(recordOf(every(50, 0, 1000))).openFromMs).toBeNull();
    const writes = [...every(50, 0, 1000), ...every(50, 1000, 2000, false)];
    expect(timelineFor(recordOf(writes)).openFromMs).toBe(960);
  });

  test("without a mapped clock are left out", () => {
    const record = fakeRun();
    const timeline = timelineFor({ ...record, run: { ...record.run, clock: null } });
    expect(wholeOf(timeline)).toMatchObject({ acknowledged: 0, failed: 0, unknown: 0, silentMs: null });
    expect(binsOf(timeline)).toBeLessThan(1000);
  });

  test("are not needed for an axis", () => {
    const timeline = timelineFor(fakeRun({}, () => ({ operations: [], events: [], probes: [], audit: [] })));
    expect([binsOf(timeline), timeline.lanes[0]?.text]).toEqual([1, "no phase was reached"]);
  });

  test("spread over too many bins for a page get wider bins", () => {
    const timeline = timelineFor(recordOf([...every(50, 0, 1000), [1e10, 1e10 + 10]]));
    expect(binsOf(timeline)).toBeLessThanOrEqual(100_001);
    expect(wholeOf(timeline).acknowledged).toBe(21);
  });
});

test("of more outages than can be drawn, close ones are merged, and each is still shaded", () => {
  const intervals = Array.from({ length: 9000 }, (_, i) => ({ fromMs: 1000 * i + 3 * (i % 7), toMs: 1000 * i + 400 }));
  const { down, acts } = timelineFor(recordOf(every(50, 0, 1000)), intervals);
  expect(down.length).toBeLessThanOrEqual(2000);
  expect(acts.length).toBeLessThanOrEqual(4100);
  for (const { fromMs, toMs } of intervals)
    expect(down.some((span) => span.fromMs <= fromMs && toMs <= span.toMs)).toBe(true);
  const few = intervals.slice(0, 2000);
  expect(timelineFor(recordOf(every(50, 0, 1000)), few).down).toEqual(few);
});

test("a lag is the maximum of a bin, and null if it is not known", () => {
  const sample = (atMs: number, heartbeatMs: number | null): ProbeLine => {
    return { type: "replication-lag", from: "a", atMs, heartbeatMs, lsnBytes: 0 };
  };
  const probes = [sample(500, 10), sample(620, 70), sample(900, null), sample(1400, 20)];
  const timeline = timelineFor(recordOf(every(50, 0, 3000), {}, () => ({ probes })));
  const heartbeats = timeline.columns.heartbeatMs;
  const at = (ms: number) => heartbeats[binAt(timeline, ms)];
  expect([at(400), at(500), at(620), at(760), at(890), at(1100), at(1399), at(1410)]).toEqual([
    ...[null, 70, 70, 70, null, null, null],
    null,
  ]);
});

describe("the rows of a table", () => {
  const record = recordOf(every(50, 0, 60_000));
  const timeline = timelineFor(record, [{ fromMs: 30_000, toMs: 31_000 }]);
  const whole = binsOf(timeline);

  test("hold every bin of the visible range once, in order", () => {
    fc.assert(
      fc.property(
        fc.nat(whole - 1),
        fc.nat(whole),
        fc.nat(600),
        fc.integer({ min: 2, max: 200 }),
        (a, b, single, wide) => {
          const part = { from: Math.min(a, b), to: Math.max(a, b, Math.min(a, b) + 1) };
          const rows = tableRows(timeline, part, single, wide);
          expect(rows[0]?.from).toBe(part.from);
          expect(rows.at(-1)?.to).toBe(part.to);
          for (const [i, row] of rows.entries()) {
            expect(row.to).toBeGreaterThan(row.from);
            if (i > 0) expect(row.from).toBe(rows[i - 1]?.to);
          }
        },
      ),
    );
  });

  test("are single bins around the fault and the ends of an outage", () => {
    const rows = tableRows(timeline, { from: 0, to: whole }, 300, 20);
    for (const ms of [FAULT_MS, 30_000, 31_000, 32_000])
      expect(rows.find(({ from, to }) => from <= binAt(timeline, ms) && binAt(timeline, ms) < to)).toMatchObject({
        from: binAt(timeline, ms),
        to: binAt(timeline, ms) + 1,
      });
    expect(rows.length).toBeLessThan(whole / 2);
  });
});
