/** Outages of many shapes, 20 writes a second; all seconds are after the fault. */
import { describe, expect, test } from "vitest";
import type { DrillEvent } from "../model/record/event.ts";
import { gatherFacts } from "./facts.ts";
import { rto } from "./rto.ts";
import { PLAN } from "./testing/fake-plan.ts";
import type { Parts } from "./testing/fake-run.ts";
import { FAULT_MS, SCHEDULE, timeline } from "./testing/fake-timeline.ts";

type Op = Parts["operations"][number];
type Change = (op: Op, seconds: number) => Op;
const STEP_MS = 50;
const BASELINE_SECONDS = 10;

const missed: (op: Op) => Op = (op) => ({ ...op, outcome: "info", status: 0, completedMs: op.invokedMs + 5000 });
/** Nothing is acknowledged within each pair. */
const dead = (...spans: [from: number, to: number][]): Change => {
  return (op, at) => (spans.some(([from, to]) => at >= from && at < to) ? missed(op) : op);
};
/** Everything is acknowledged at the end of each, as behind a proxy that queues requests. */
const held = (...spans: [from: number, to: number][]): Change => {
  return (op, at) => {
    const span = spans.find(([from, to]) => at >= from && at < to);
    return span ? { ...op, completedMs: FAULT_MS + span[1] * 1000 } : op;
  };
};
const event = (what: Partial<DrillEvent>, seconds: number) =>
  ({ detail: {}, tookMs: 0, ...what, atMs: FAULT_MS + seconds * 1000 }) as DrillEvent;
const injecting = (fault: number, kind: string, seconds: number) =>
  event({ type: "fault", fault, kind, state: "injecting" }, seconds);

function drilled(
  change: Change,
  { objective = 5, endSeconds = 30, events = [] as DrillEvent[], isSent = (_: number): boolean => true } = {},
) {
  const count = (BASELINE_SECONDS + endSeconds) * (1000 / STEP_MS);
  const sentMs = Array.from({ length: count }, (_, k) => FAULT_MS - BASELINE_SECONDS * 1000 + k * STEP_MS);
  const writes = sentMs.filter((ms) => isSent((ms - FAULT_MS) / 1000));
  const record = timeline(
    writes.map((ms) => [ms, ms + 10]),
    { objectives: { ...PLAN.objectives, rtoSeconds: objective } },
    (parts) => ({
      run: { ...parts.run, scenario: { ...parts.run.scenario, ...SCHEDULE } },
      operations: parts.operations.map((op) => change(op, (op.invokedMs - FAULT_MS) / 1000)),
      events: [
        ...parts.events.map((each) =>
          each.type === "phase" && each.phase === "baseline" ? { ...each, atMs: sentMs[0] as number } : each,
        ),
        ...events,
      ].toSorted((x, y) => x.atMs - y.atMs),
    }),
  );
  const finding = rto.check(record, gatherFacts(record));
  return { ...finding, rto: finding.measures?.rto };
}
const secondsOf = (...args: Parameters<typeof drilled>) => drilled(...args).rto?.seconds;

test("a single outage counts with its length", () => {
  expect(drilled(dead([0, 3]))).toMatchObject({ verdict: "holds", rto: { seconds: 3.01, later: [] } });
});

describe("what begins later by itself belongs to the disaster", () => {
  test("a short outage, some good seconds, and the one that the failover answers", () => {
    expect(drilled(dead([0, 1.5], [4, 12]))).toMatchObject({ verdict: "broken", rto: { seconds: 12.01 } });
  });

  test("a single write, some good seconds, and the outage", () => {
    expect(drilled(dead([0, 0.05], [3, 15]))).toMatchObject({ verdict: "broken", rto: { seconds: 15.01 } });
  });

  test("up and down in turns, for a while or to the end", () => {
    const inTurns = (deadFor: number, goodFor: number, times: number) =>
      Array.from({ length: times }, (_, k): [number, number] => [
        k * (deadFor + goodFor),
        k * (deadFor + goodFor) + deadFor,
      ]);
    expect(secondsOf(dead(...inTurns(1, 2.1, 5)))).toBeCloseTo(4 * 3.1 + 1.01);
    expect(drilled(dead(...inTurns(8, 2.2, 3))).verdict).toBe("broken");
    expect(secondsOf(dead(...inTurns(0.9, 2.1, 8)))).toBeCloseTo(7 * 3 + 0.91);
    expect(drilled(dead(...inTurns(0.5, 0.5, 30)))).toMatchObject({ verdict: "broken", rto: { seconds: null } });
  });

  test("even minutes later, if nothing else was done", () => {
    expect(secondsOf(dead([0, 2], [25, 26]))).toBe(26.01);
    expect(drilled(dead([0, 2], [25, 26])).verdict).toBe("broken");
  });

  test("every other write missed is no service", () => {
    expect(secondsOf((op, at) => (at >= 0 && at < 12 && op.n % 2 === 0 ? missed(op) : op))).toBeCloseTo(11.96);
  });

  test("nor are queued requests", () => {
    expect(secondsOf(held([0, 3], [7, 8.5]))).toBe(8.51 - 0.01);
  });
});

test("an outage that was open when the disaster came counts from its beginning", () => {
  expect(drilled(dead([-2.5, 4]))).toMatchObject({ verdict: "broken", rto: { seconds: 6.51 } });
  expect(secondsOf(dead([-0.5, 4]))).toBe(4.51);
  expect(secondsOf(held([-0.5, 4]))).toBe(4.5);
  // Sent 8 ms before it, with a write taking 10 ms: it was in flight at the disaster.
  const inFlight: Change = (op, at) =>
    at === -0.05 ? missed({ ...op, invokedMs: FAULT_MS - 8 }) : dead([0, 4])(op, at);
  expect(secondsOf(inFlight)).toBe(4.01);
  const sentBefore = (ms: number): Change => {
    return (op, at) => (at === -0.05 ? missed({ ...op, invokedMs: FAULT_MS - ms }) : dead([0, 4])(op, at));
  };
  expect([secondsOf(sentBefore(10)), secondsOf(sentBefore(11))]).toEqual([4.01, 4.021]);
  expect(drilled(dead([-2.5, 4])).reason).toMatch(
    /^writes resumed for good 6\.510 s after writes had stopped, 2\.500 s before the disaster itself;/,
  );
});

describe("an outage was open when the disaster came", () => {
  const slowed = (op: Op, ms: number): Op => ({ ...op, completedMs: op.invokedMs + ms });

  test("if its first write was sent longer before than 99 in 100 of the baseline's took", () => {
    // One in 200 took 0.9 s; or one in ten 0.3 s.
    const one: Change = (op, at) => (at === -8 ? slowed(op, 900) : dead([-0.5, 4])(op, at));
    expect(secondsOf(one)).toBe(4.51);
    const many: Change = (op, at) => (at < -0.3 && op.n % 10 === 0 ? slowed(op, 300) : dead([-0.25, 4])(op, at));
    expect(secondsOf(many)).toBe(4.01);
  });

  test("and writes that were not acknowledged, or only when it came, do not count for that", () => {
    expect(secondsOf(dead([-10, -9.8], [-2.5, 4]))).toBe(6.51);
    const answeredAtIt: Change = (op, at) => held([-0.5, 0])(dead([-0.25, 4])(op, at), at < -0.25 ? at : 9);
    expect(secondsOf(answeredAtIt)).toBe(4.26);
  });
});

test("a backlog that is answered at once is no rate", () => {
  const oneIn18: Change = (op, at) => {
    if (at >= 0 && at < 8) return { ...op, completedMs: FAULT_MS + 8000 };
    return at >= 8 && at < 15 && op.n % 18 !== 0 ? missed(op) : op;
  };
  expect(drilled(oneIn18)).toMatchObject({ verdict: "broken", rto: { seconds: 15.01 } });
  const andHeld: Change = (op, at) => {
    const was = oneIn18(op, at);
    return was.outcome === "ok" ? was : { ...op, completedMs: FAULT_MS + 15_000 };
  };
  expect(secondsOf(andHeld)).toBeCloseTo(15);
});

describe("a kind that fails to the end", () => {
  test.each([5, 25, 100])("one write in %i", (rare) => {
    const { verdict, rto } = drilled((op, at) => {
      const kind = op.n % rare === 0 ? "bundle" : "put";
      return at >= 0 && kind === "bundle" ? { ...missed(op), kind } : { ...op, kind };
    });
    expect([verdict, rto?.seconds]).toEqual(["broken", null]);
  });
});

test("answers that take five seconds each are no service, even without a failure", () => {
  const slow: Change = (op, at) => (at >= 0 && at < 12 ? { ...op, completedMs: op.invokedMs + 5000 } : op);
  expect(secondsOf(slow)).toBe(12.01);
  expect(drilled((op, at) => (at >= 0 ? { ...op, completedMs: op.invokedMs + 5000 } : op)).rto?.seconds).toBeNull();
});

describe("what was not sent", () => {
  test("was not served: a pause is an outage", () => {
    expect(secondsOf(dead([0, 1]), { isSent: (at) => at < 6 || at >= 8 })).toBe(8.01);
  });

  test("is missing from the rate", () => {
    const half = drilled(dead([0, 1]), { isSent: (at) => at < 1 || Math.round(at / 0.05) % 2 === 0 });
    expect(half).toMatchObject({ verdict: "broken", rto: { seconds: null } });
  });
});

describe("the load's end", () => {
  const censored = (change: Change, endSeconds: number, objective = 60) => drilled(change, { endSeconds, objective });

  test("within an outage leaves it open, whichever it is", () => {
    for (const change of [dead([0, 10]), dead([0, 2], [8, 10]), held([0, 2], [9, 13])])
      expect(censored(change, 10)).toMatchObject({ verdict: "inconclusive", rto: { seconds: null } });
    expect(censored(dead([0, 10]), 10, 5)).toMatchObject({ verdict: "broken", rto: { censoredAtSeconds: 9.95 } });
  });

  test("too soon after an outage leaves it open as well", () => {
    // The last write is sent at 9.95.
    expect(censored(dead([0, 7.9]), 10).rto?.seconds).toBe(7.91);
    expect(censored(dead([0, 8]), 10).rto?.seconds).toBeNull();
    expect(censored(dead(), 1.9)).toMatchObject({ verdict: "inconclusive", rto: { seconds: null } });
  });
});

describe("another act of the schedule", () => {
  const another = (seconds: number) => ({ events: [injecting(1, "link-cut", seconds)] });

  test("has an outage of its own, reported beside RTO and judged by the same objective from the act on", () => {
    const found = drilled(dead([0, 2], [20.5, 24]), another(20));
    expect(found).toMatchObject({ verdict: "holds", rto: { seconds: 2.01, lastEndSeconds: 24.01 } });
    expect(found.rto?.later).toEqual([{ fromMs: FAULT_MS + 20_000, toMs: FAULT_MS + 24_010, cause: "link-cut fault" }]);
    expect(found.reason).toBe(
      "writes resumed for good 2.010 s after the fault; another outage was over 4.010 s after the link-cut fault; the objective is 5 s",
    );
    expect(drilled(dead([0, 2], [20.5, 26]), another(20)).verdict).toBe("broken");
    const within = (objective: number) => drilled(dead([0, 2], [20.5, 24]), { ...another(20), objective }).verdict;
    expect([within(4.01), within(4)]).toEqual(["holds", "broken"]);
    expect(drilled(dead([0, 2], [20.5, 22], [24, 26]), another(20)).verdict).toBe("broken");
  });

  test("also if it hit writes in flight, and never to the advantage of a longer outage", () => {
    expect(drilled(dead([0, 2], [19.95, 24]), another(20)).rto?.later).toMatchObject([{ fromMs: FAULT_MS + 19_950 }]);
    expect(drilled(dead([0, 2], [17.5, 24]), another(20)).rto?.seconds).toBe(24.01);
    // A write is served within 2.01 s.
    const begun = (seconds: number) => secondsOf(dead([0, 2], [seconds, 24]), another(20.01));
    expect([begun(18), begun(17.95)]).toEqual([2.01, 24.01]);
  });

  test("is the disaster's if service was away less than ten seconds before", () => {
    const cut = dead([0, 2], [13, 14]);
    expect(secondsOf(cut, another(12.01))).toBe(2.01);
    expect(secondsOf(cut, another(12))).toBe(14.01);
    // Without an outage yet, the ten seconds count from the disaster.
    expect(secondsOf(dead([10, 11]), another(10))).toBe(0.01);
    expect(secondsOf(dead([10, 11]), another(9.99))).toBe(11.01);
    expect(secondsOf(dead([0.3, 4]), another(0.2))).toBe(4.01);
    // The last time counts.
    expect(secondsOf(dead([0, 2], [13, 14], [20, 21]), another(20))).toBe(21.01);
  });

  test("whose outage is not seen to end leaves it open, or breaks the objective", () => {
    const ends = (objective: number) => drilled(dead([0, 2], [20.5, 30]), { ...another(20), objective });
    expect(ends(60)).toMatchObject({ verdict: "inconclusive", rto: { seconds: 2.01, lastEndSeconds: 29.95 } });
    expect(ends(60).reason).toContain(
      "another outage had not ended 9.950 s after the link-cut fault, when the load did",
    );
    expect(ends(5).verdict).toBe("broken");
  });

  test("whose outage is not seen to end is not over because of a write that was missed at the end", () => {
    const { verdict, reason } = drilled(dead([0, 2], [20.5, 29], [29.9, 29.95]), {
      ...another(20),
      objective: 60,
    });
    expect(verdict).toBe("inconclusive");
    expect(reason).toContain(
      "; another outage had not ended 9.950 s after the link-cut fault, when the load did; later",
    );
  });

  test("whose outage was over before service was back for good is part of it", () => {
    // Until 24 s every tenth write is not even sent; then the act has an outage of its own.
    const isSent = (at: number) => at < 2 || at >= 24 || Math.round(at / 0.05) % 10 !== 0;
    const found = drilled(dead([0, 2], [15, 16]), { events: [injecting(1, "link-cut", 15)], endSeconds: 60, isSent });
    expect(found.rto?.seconds).toBeGreaterThan(20);
    expect(found.rto?.later).toEqual([]);
  });

  test("if several, each has its own", () => {
    const events = [injecting(1, "link-cut", 15), injecting(2, "freeze", 30)];
    const { rto } = drilled(dead([0, 2], [15, 17], [30, 33]), { events, endSeconds: 50 });
    expect(rto?.later.map(({ fromMs, toMs, cause }) => [(toMs - fromMs) / 1000, cause])).toEqual([
      [2.01, "link-cut fault"],
      [3.01, "freeze fault"],
    ]);
  });

  test("if several, only the last is not over", () => {
    const events = [injecting(1, "link-cut", 15), injecting(2, "freeze", 30)];
    expect(drilled(dead([0, 2], [15, 17], [30, 40]), { events, endSeconds: 40 }).reason).toContain(
      "; another outage was over 2.010 s after the link-cut fault; another outage had not ended 9.950 s after the freeze fault, when",
    );
  });

  test("must be in the schedule", () => {
    expect(secondsOf(dead([0, 2], [20, 21]), { events: [injecting(3, "link-cut", 20)] })).toBe(21.01);
  });

  test("is neither the disaster's own step nor healing", () => {
    for (const state of ["injected", "evidenced", "healed"] as const)
      for (const fault of [0, 1])
        expect(
          secondsOf(dead([0, 2], [20, 21]), { events: [event({ type: "fault", fault, kind: "x", state }, 20)] }),
        ).toBe(21.01);
    expect(secondsOf(dead([0, 2], [20, 21]), { events: [injecting(0, "region-loss", 20)] })).toBe(21.01);
  });
});

describe("a planned operation", () => {
  const given = event({ type: "order", order: 0, kind: "switchover", state: "given" }, 12.5);
  const done = event({ type: "order", order: 0, kind: "switchover", state: "done" }, 22);
  const step = (seconds: number, plan: "switchover" | "rebuild" = "switchover") =>
    event({ type: "operator", plan, step: "fenced", side: "b", tookMs: 300 }, seconds);
  const outage = dead([0, 2], [20, 21]);

  test("acts when the operator begins its first step", () => {
    const found = drilled(outage, { events: [given, step(20.2), step(20.9), done] });
    expect(found.rto).toMatchObject({ seconds: 2.01, lastEndSeconds: 21.01 });
    expect(found.rto?.later).toEqual([
      { fromMs: FAULT_MS + 19_900, toMs: FAULT_MS + 21_010, cause: "planned switchover" },
    ]);
  });

  test("ends by its own event, not by that of another", () => {
    const another = { ...done, order: 1, atMs: given.atMs + 500 } as DrillEvent;
    expect(secondsOf(outage, { events: [given, another, step(20.2), done] })).toBe(2.01);
  });

  test("is one act, from its first step to its last", () => {
    const { rto } = drilled(dead([0, 2], [22, 23]), { events: [given, step(13), step(22), done] });
    expect(rto?.later).toMatchObject([{ fromMs: FAULT_MS + 12_700, toMs: FAULT_MS + 23_010 }]);
  });

  test("acts after a fault that came before its first step", () => {
    const events = [given, injecting(1, "link-cut", 15), step(28.3), { ...done, atMs: FAULT_MS + 30_000 }];
    const { rto } = drilled(dead([0, 2], [15, 16], [28, 29]), { events, endSeconds: 40 });
    expect(rto?.later.map(({ fromMs, cause }) => [fromMs - FAULT_MS, cause])).toEqual([
      [15_000, "link-cut fault"],
      [28_000, "planned switchover"],
    ]);
  });

  test("of which nothing was done is no act", () => {
    expect(secondsOf(outage, { events: [given, done] })).toBe(21.01);
    expect(secondsOf(outage, { events: [given, step(20.2, "rebuild"), done] })).toBe(21.01);
    expect(secondsOf(outage, { events: [step(12.4), given, done, step(22.5)] })).toBe(21.01);
    const over = { ...done, atMs: given.atMs + 500 };
    expect(secondsOf(outage, { events: [given, over, step(20.2)] })).toBe(21.01);
    const others = [given, done].map((each) => ({ ...each, order: 1 }) as DrillEvent);
    expect(secondsOf(outage, { events: [...others, step(20.2)] })).toBe(21.01);
  });
});

describe("a few writes that are missed later", () => {
  test("are no outage, and are listed", () => {
    const found = drilled(dead([0, 2], [14, 14.05], [20, 20.1]));
    expect(found).toMatchObject({ verdict: "holds", rto: { seconds: 2.01, lastEndSeconds: 20.11 } });
    expect(found.rto?.later).toEqual([
      { fromMs: FAULT_MS + 14_000, toMs: FAULT_MS + 14_060, cause: null },
      { fromMs: FAULT_MS + 20_000, toMs: FAULT_MS + 20_110, cause: null },
    ]);
    expect(found.reason).toContain("; later some writes were missed, 2 times; ");
  });

  test("break no objective, however short", () => {
    expect(drilled(dead([14, 14.05]), { objective: 0.05 })).toMatchObject({ verdict: "holds", rto: { seconds: 0.01 } });
  });

  test("are listed however soon the next was sent", () => {
    // Sent 2 ms before the next, which was answered 10 ms after that.
    const soon: Change = (op, at) =>
      at === 14 ? missed({ ...op, invokedMs: op.invokedMs + 48 }) : dead([0, 2])(op, at);
    expect(drilled(soon).rto?.later).toEqual([{ fromMs: FAULT_MS + 14_048, toMs: FAULT_MS + 14_060, cause: null }]);
  });

  test("do not end an outage in the middle of one", () => {
    // All are queued until 4.02 s, except one that is missed until the next is answered, at 4.06 s.
    const andMissed: Change = (op, at) => (at === 4 ? missed(op) : held([3, 4.02])(op, at));
    expect(secondsOf(andMissed)).toBeCloseTo(4.06);
  });

  test("belong to the outage that they fall into", () => {
    const found = drilled(dead([0, 2], [14, 14.05], [20.5, 23]), { events: [injecting(1, "link-cut", 20)] });
    expect(found.rto?.later.map(({ cause }) => cause)).toEqual([null, "link-cut fault"]);
    expect(found.rto?.lastEndSeconds).toBe(23.01);
  });

  test("belong to the outage that begins as they end", () => {
    const found = drilled(dead([0, 2], [15.9, 15.95], [20.5, 23]), { events: [injecting(1, "link-cut", 15.96)] });
    expect(found.rto?.later).toEqual([{ fromMs: FAULT_MS + 15_960, toMs: FAULT_MS + 23_010, cause: "link-cut fault" }]);
  });

  test("are separate after it", () => {
    const found = drilled(dead([0, 2], [20.5, 23], [26, 26.05]), { events: [injecting(1, "link-cut", 20)] });
    expect(found.rto?.later.map(({ cause }) => cause)).toEqual(["link-cut fault", null]);
    expect(found.rto?.lastEndSeconds).toBe(26.06);
  });
});

test("service is back at its rate: a server that gets ever slower is not", () => {
  // From 2 s on each write takes longer than the one before it, up to 1.9 s; from 6 s on it is as before.
  const slower: Change = (op, at) => {
    if (at < 0 || at >= 6) return op;
    return at < 2 ? missed(op) : { ...op, completedMs: op.invokedMs + 10 + ((at - 2) / 4) * 1900 };
  };
  expect(secondsOf(slower)).toBeGreaterThan(3.5);
});
