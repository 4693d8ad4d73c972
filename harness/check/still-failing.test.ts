import { describe, expect, test } from "vitest";
import type { Recovery } from "./recovery.ts";
import { failingAfter } from "./still-failing.ts";
import { checked, END_MS, failing, SINCE } from "./testing/checked-rto.ts";
import type { Parts } from "./testing/fake-run.ts";
import { BASELINE, every, FAULT_MS, type Instants, timeline } from "./testing/fake-timeline.ts";

describe("writes that go on failing after service is back", () => {
  test("are no outage, but service is not what it was", () => {
    const one = checked([...BASELINE, ...failing(SINCE, 25)]);
    expect(one).toMatchObject({ verdict: "inconclusive", measures: { rto: { seconds: 0.01 } } });
    expect(one.reason).toMatch(
      /; 24 writes failed after it, more than 1 in 100, the last of them after 59\.900 s; the objective/,
    );
  });

  test("until after the objective are broken", () => {
    expect(checked([...BASELINE, ...failing(SINCE, 25)], 59.9).verdict).toBe("inconclusive");
    expect(checked([...BASELINE, ...failing(SINCE, 25)], 59.8).verdict).toBe("broken");
  });

  test("are too few below five, and up to 1 %", () => {
    expect(checked([...BASELINE, ...failing(SINCE, 25, 4)]).verdict).toBe("holds");
    expect(checked([...BASELINE, ...failing(SINCE, 120)]).verdict).toBe("holds");
    expect(checked([...BASELINE, ...failing(SINCE, 75)]).verdict).toBe("inconclusive");
  });

  test("count as far as more fail than were failing in the baseline", () => {
    const first =
      (answeredMs: number) =>
      ({ operations }: Parts) => ({
        operations: operations.map((op) =>
          op.n === 0 ? { ...op, outcome: "fail" as const, completedMs: answeredMs } : op,
        ),
      });
    const of = (answeredMs: number) => checked([...BASELINE, ...failing(SINCE, 25)], 3600, first(answeredMs)).verdict;
    // 1 in 20 is 5 %, and 1 % more may fail. One that was still in flight at the fault was killed by it.
    expect(of(FAULT_MS - 1)).toBe("holds");
    expect(of(FAULT_MS)).toBe("inconclusive");
  });

  test("are counted in 500 writes in a row, so that a long load hides none", () => {
    const long = every(100, FAULT_MS, FAULT_MS + 400_000);
    const early = (count: number) => checked([...BASELINE, ...failing(long, 25, count)], 100);
    expect(early(5).verdict).toBe("holds");
    expect(early(6).verdict).toBe("inconclusive");
    // A straggler long after them is not one of them.
    const straggler = failing(long, 25, 20).map(([at, ack]): Instants => [at, at === FAULT_MS + 390_000 ? null : ack]);
    expect(checked([...BASELINE, ...straggler], 100).reason).toMatch(
      /; 20 writes failed after it, .* after 49\.900 s;/,
    );
    expect(checked([...BASELINE, ...failing(long, 25)], 100).verdict).toBe("broken");
  });

  test("exclude those answered with 429, and those of an outage of another act", () => {
    const refused = ({ operations }: Parts) => ({
      operations: operations.map((op) => (op.outcome === "ok" ? op : { ...op, status: 429 })),
    });
    expect(checked([...BASELINE, ...failing(SINCE, 25)], 3600, refused).verdict).toBe("holds");
    const outage = SINCE.map(([at, ack]): Instants => [at, at >= 22_000 && at < 24_000 ? null : ack]);
    const act = ({ run, events }: Parts) => {
      const fault = { type: "fault", fault: 1, kind: "freeze", state: "injecting", atMs: 22_000, detail: {} } as const;
      const faults = [...run.scenario.faults, { kind: "freeze", part: "hapi-b", afterSeconds: 20 } as const];
      const scenario = { ...run.scenario, faults };
      return { run: { ...run, scenario }, events: [...events, fault].toSorted((x, y) => x.atMs - y.atMs) };
    };
    expect(checked([...BASELINE, ...outage], 3600, act).verdict).toBe("holds");
  });
});

describe("of the writes sent after a recovery,", () => {
  const [fromMs, backMs] = [FAULT_MS, FAULT_MS + 1000];
  const plain: Recovery = { fromMs, backMs, wasAway: true, before: [], earlier: [], later: [], open: false };
  const baseline = { fromMs: 0, toMs: FAULT_MS, ratePerSecond: 10 };
  /** Every 100 ms from the baseline's beginning; those fail that were sent at these times. */
  const failedOf = (atMs: readonly number[], changes: Partial<Recovery> = {}) => {
    const writes = every(100, 0, END_MS + 40_000).map(([at, ack]): Instants => [at, atMs.includes(at) ? null : ack]);
    return failingAfter({ ...plain, ...changes }, timeline(writes).history, baseline)?.count ?? 0;
  };
  /** Of the 20 writes of the baseline, which are answered in it. */
  const usually = (atMs: readonly number[], after: readonly number[], changes: Partial<Recovery> = {}) => {
    const writes = every(100, 0, END_MS).map(([at, ack]): Instants => [at, after.includes(at) ? null : ack]);
    const { history } = timeline(writes, {}, ({ operations }) => ({
      operations: operations.map((op) => (atMs.includes(op.invokedMs) ? { ...op, outcome: "fail" as const } : op)),
    }));
    return failingAfter({ ...plain, ...changes }, history, baseline)?.count ?? 0;
  };
  /** So many of them, from then on, one in ten. */
  const from = (ms: number, count: number) => Array.from({ length: count }, (_, i) => ms + 1000 * i);

  test("none fails if service was never back", () => {
    expect(failedOf(from(5000, 20))).toBe(20);
    expect(failedOf(from(5000, 20), { backMs: null })).toBe(0);
  });

  test("the sixth counts if it was sent among 500 with the first", () => {
    expect(failedOf([...from(5000, 5), 5000 + 49_900])).toBe(6);
    expect(failedOf([...from(5000, 5), 5000 + 50_000])).toBe(0);
  });

  test("those of an outage do not count, from its first instant to its last", () => {
    const failed = from(5000, 6);
    for (const name of ["before", "earlier"] as const) {
      const within = (span: { fromMs: number; toMs: number }) => failedOf(failed, { [name]: [span] });
      expect(within({ fromMs: 5000, toMs: 10_000 })).toBe(0);
      expect(within({ fromMs: 10_000, toMs: 10_000 })).toBe(0);
      expect(within({ fromMs: 5000, toMs: 5000 })).toBe(0);
      expect(within({ fromMs: 10_001, toMs: 20_000 })).toBe(6);
      expect(within({ fromMs: 4000, toMs: 4999 })).toBe(6);
    }
    const later = { fromMs: 5000, toMs: 10_000 };
    expect(failedOf(failed, { later: [{ ...later, cause: "freeze fault" }] })).toBe(0);
    expect(failedOf(failed, { later: [{ ...later, cause: null }] })).toBe(6);
  });

  test("as many may fail as in the baseline, and one in a hundred more", () => {
    const tenth = from(5000, 50);
    expect(usually([], tenth)).toBe(50);
    expect(usually([0], tenth)).toBe(50);
    expect(usually([0, 100], tenth)).toBe(0);
    // Those that failed in an outage that was open when the disaster came are not usual.
    expect(usually([1000, 1100], tenth, { fromMs: 1000 })).toBe(50);
    expect(usually([1000, 1100], tenth, { fromMs: 1000, wasAway: false })).toBe(0);
    expect(usually([900, 800], tenth, { fromMs: 1000 })).toBe(0);
  });
});

describe("an outage before the disaster", () => {
  // The disaster comes ten seconds after the baseline's end, and stops nothing.
  const LATER_MS = FAULT_MS + 10_000;
  const late = ({ run, events }: Parts) => {
    const earlier = {
      type: "fault",
      fault: 1,
      kind: "link-cut",
      state: "injecting",
      atMs: FAULT_MS,
      detail: {},
    } as const;
    const faults = [...run.scenario.faults, { kind: "link-cut", link: "hapi-b", afterSeconds: 0 } as const];
    return {
      run: { ...run, scenario: { ...run.scenario, faults } },
      events: [
        ...events.map((event) => {
          if (event.type === "fault") return { ...event, atMs: LATER_MS };
          return event.type === "operator" ? { ...event, atMs: event.atMs + LATER_MS - FAULT_MS } : event;
        }),
        earlier,
      ].toSorted((x, y) => x.atMs - y.atMs),
    };
  };
  const writes = SINCE.map(([at, ack]): Instants => [at, at < FAULT_MS + 4000 ? null : ack]);

  test("that no failover answered is held against the objective by its own clock", () => {
    const of = (rtoSeconds: number) => checked([...BASELINE, ...writes], rtoSeconds, late);
    expect(of(4.01)).toMatchObject({ verdict: "holds", measures: { rto: { seconds: 0.01 } } });
    expect(of(4.01).reason).toContain("; an outage before the disaster took 4.010 s; ");
    expect(of(4).verdict).toBe("broken");
  });

  test("counts together with the next one, if it was good for less than ten seconds between them", () => {
    // Twice a second, in the ten seconds before the disaster.
    const flapping = SINCE.map(([at, ack]): Instants => {
      const ms = at - FAULT_MS;
      return [at, ms < 1000 || (ms >= 5000 && ms < 6000) ? null : ack];
    });
    const of = (rtoSeconds: number) => checked([...BASELINE, ...flapping], rtoSeconds, late);
    expect(of(6.01)).toMatchObject({ verdict: "holds" });
    expect(of(6.01).reason).toContain("; an outage before the disaster took 6.010 s; ");
    expect(of(6).verdict).toBe("broken");
  });

  test("is broken even if service was not seen to come back after the disaster", () => {
    const never = writes.map(([at, ack]): Instants => [at, at >= LATER_MS + 45_000 ? null : ack]);
    const of = (rtoSeconds: number) => checked([...BASELINE, ...never], rtoSeconds, late).verdict;
    expect(of(3600)).toBe("inconclusive");
    expect(of(4)).toBe("broken");
  });
});
