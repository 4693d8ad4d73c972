import { describe, expect, test } from "vitest";
import { awayIn } from "./away.ts";
import { type Baseline, gatherFacts } from "./facts.ts";
import type { Parts } from "./testing/fake-run.ts";
import { every, FAULT_MS, type Instants, timeline } from "./testing/fake-timeline.ts";

type Op = Parts["operations"][number];
const END_MS = 12_000;
const RARE = 25;

/** Writes of one kind, 10 a second by default; those that `isMissed` selects are not acknowledged. */
function away(isMissed: (op: Op) => boolean, stepMs = 100) {
  return ofWrites(every(stepMs, 0, END_MS), isMissed);
}

function ofWrites(writes: Instants[], isMissed: (op: Op) => boolean = () => false, sinceMs = FAULT_MS, rare = END_MS) {
  const record = timeline(writes, {}, ({ run, operations }) => {
    const mix = { put: RARE - 1, post: 0, bundle: rare === RARE ? 1 : 0, update: 0 };
    const kinds = operations.map((op): Op => ({ ...op, kind: op.n % rare === rare - 1 ? "bundle" : "put" }));
    return {
      run: { ...run, scenario: { ...run.scenario, load: { ...run.scenario.load, mix } } },
      operations: kinds.map((op) => (isMissed(op) ? { ...op, outcome: "info", completedMs: null } : op)),
    };
  });
  const facts = gatherFacts(record);
  return awayIn(record, facts, facts.baseline as Baseline, sinceMs).map(({ fromMs, toMs }) => [fromMs, toMs]);
}
const at =
  (...times: number[]) =>
  (op: { invokedMs: number }) =>
    times.includes(op.invokedMs);
const between = (fromMs: number, beforeMs: number) => (op: { invokedMs: number }) =>
  op.invokedMs >= fromMs && op.invokedMs < beforeMs;

describe("of 20 writes in a row", () => {
  test("one may fail, but not two", () => {
    expect(away(at(3000))).toEqual([]);
    expect(away(at(3000, 4900))).toEqual([[3000, 5010]]);
    expect(away(at(3000, 5000))).toEqual([]);
  });

  test("overlapping rows are one outage, separate ones are two", () => {
    expect(away(at(3000, 4000, 5000, 8000, 8100))).toEqual([
      [3000, 5110],
      [8000, 8210],
    ]);
  });

  test("every second write missed is one long outage", () => {
    expect(away((op) => between(3000, 6000)(op) && op.n % 2 === 0)).toEqual([[3000, 5910]]);
  });

  test("what was acknowledged too late was missed", () => {
    const slow = (tookMs: number) =>
      ofWrites(
        every(100, 0, END_MS).map(([ms, ackMs]): Instants => [ms, ms < 3000 || ms >= 6000 ? ackMs : ms + tookMs]),
      );
    expect(slow(2010)).toEqual([[3000, 5010]]);
    expect(slow(2011)).toEqual([[3000, 6010]]);
  });
});

test("at higher rates the row is as long as two seconds", () => {
  // 40 a second, so that 4 of 80 may fail.
  const missed = (...places: number[]) => away((op) => places.includes(op.n), 25);
  expect([missed(200, 220, 240, 260), missed(200, 201, 202, 203)]).toEqual([[], []]);
  expect(missed(200, 220, 240, 260, 279)).toEqual([[5000, 7010]]);
  expect(missed(200, 220, 240, 260, 280)).toEqual([]);
  // 50 a second: 5 of 100 may fail, and not 6.
  const first = (count: number) => away((op) => op.n >= 200 && op.n < 200 + count, 20);
  expect([first(5), first(6)]).toEqual([[], [[4000, 4130]]]);
});

describe("if nothing was", () => {
  test("acknowledged for a second, it is away from the next write on", () => {
    const held = (ms: number) =>
      ofWrites(every(100, 0, END_MS).map(([sent, ack]): Instants => [sent, sent < 3000 || sent > ms ? ack : ms]));
    expect(held(3909)).toEqual([]);
    expect(held(3910)).toEqual([[3000, 3910]]);
  });

  test("acknowledged for a second at the end, it is away unless no write was sent meanwhile", () => {
    const last = (ms: number, ackMs: number) => ofWrites([...every(100, 0, END_MS), [ms, END_MS], [ms, ackMs]]);
    // Both were sent before the silence, and the load was over.
    expect(last(END_MS - 50, END_MS + 1000)).toEqual([]);
    expect(last(END_MS, END_MS + 1000)).toEqual([[END_MS, END_MS]]);
  });

  test("sent for a second, it is away", () => {
    const paused = (ms: number) => ofWrites([...every(100, 0, 3000), ...every(100, ms, END_MS)]);
    expect(paused(3899)).toEqual([]);
    // The silence shows it as well.
    expect(paused(3900)).toEqual([[2900, 3910]]);
  });

  test("sent for a second, it is away even if late answers still came", () => {
    const slow = every(100, 0, 3000).map(([ms, ack]): Instants => [ms, ms < 2000 ? ack : ms + 900]);
    expect(ofWrites([...slow, ...every(100, 3900, END_MS)])).toEqual([[2900, 3910]]);
  });
});

describe("a kind of write by itself", () => {
  /** One write in 25, so fewer than one in 20 overall: at 2400, 4900, 7400 and so on. */
  const rare = (isMissed: (op: Op) => boolean, sinceMs = FAULT_MS) =>
    ofWrites(every(100, 0, 30_000), isMissed, sinceMs, RARE);
  const bundle = (isSo: (op: Op) => boolean) => (op: Op) => op.kind === "bundle" && isSo(op);

  test("is judged like all of them, up to the next of its kind", () => {
    expect(rare(at(4900))).toEqual([]);
    expect(rare(at(4900, 9900))).toEqual([[4900, 12_410]]);
  });

  test("is not judged during an outage of all kinds, which its writes would otherwise join to the next", () => {
    const both = rare((op) => between(4000, 5000)(op) || between(12_000, 13_000)(op));
    expect(both).toEqual([
      [4000, 5010],
      [12_000, 13_010],
    ]);
    // The first write of the outage is of that kind, and so is one that is missed by itself later.
    expect(rare((op) => between(4900, 5900)(op) || at(9900)(op))).toEqual([[4900, 5910]]);
  });

  test("has to be served three times more", () => {
    const until = (ms: number) => rare(bundle(between(4000, ms)));
    // The last four are sent at 22400, 24900, 27400 and 29900.
    expect(until(22_400)).toEqual([[4900, 22_410]]);
    expect(until(22_401)).toEqual([[4900, 29_900]]);
  });

  test("is away from the disaster on if nothing of it was served since, even if that is one write", () => {
    expect(rare(at(29_900), 29_900)).toEqual([[29_900, 29_900]]);
    expect(rare(at(29_900), 27_400)).toEqual([]);
    expect(rare(bundle(between(24_000, 30_000)), 23_000)).toEqual([[24_900, 29_900]]);
    expect(rare(() => false, 29_901)).toEqual([]);
  });
});

test("an outage without an observed end lasts to the end of the load", () => {
  expect(away(between(5000, END_MS))).toEqual([[5000, END_MS - 100]]);
  expect(away(between(5000, END_MS - 100))).toEqual([[5000, END_MS - 100]]);
  expect(away(between(5000, END_MS - 200))).toEqual([[5000, END_MS - 190]]);
});

test("ignores writes sent before the baseline", () => {
  const warmedUp = (isMissed: (op: Op) => boolean) => ofWrites(every(100, -1000, END_MS), isMissed);
  expect(warmedUp((op) => between(-500, 0)(op) || at(3000, 4900)(op))).toEqual([[3000, 5010]]);
  expect(warmedUp(between(5000, END_MS))).toEqual([[5000, END_MS - 100]]);
});

test("finds nothing without a write", () => {
  expect(ofWrites([])).toEqual([]);
});
