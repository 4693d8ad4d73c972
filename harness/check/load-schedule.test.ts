import { describe, expect, test } from "vitest";
import type { RunRecord } from "../model/record/record.ts";
import { wrongSchedule } from "./load-schedule.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeRun, type Parts } from "./testing/fake-run.ts";

type Write = Parts["operations"][number];
const healthy = fakeRun();
const wrong = (record: RunRecord) => wrongSchedule(record);
const withWrites = (change: (op: Write) => Write[]) =>
  wrong(fakeRun({}, ({ operations }) => ({ operations: operations.flatMap(change) })));
/** Shifts k6's clock from a write on. */
const shifted = (byMs: number, from = 0) =>
  withWrites((op) => [
    op.n < from ? op : { ...op, invokedMs: op.invokedMs + byMs, completedMs: (op.completedMs as number) + byMs },
  ]);
const withLoad = (change: Partial<RunRecord["run"]["scenario"]["load"]>) => {
  const { scenario } = healthy.run;
  return wrong({
    ...healthy,
    run: { ...healthy.run, scenario: { ...scenario, load: { ...scenario.load, ...change } } },
  });
};

test("accepts a load as the scenario plans it", () => {
  expect(wrong(healthy)).toEqual([]);
  expect(wrong({ ...healthy, history: fakeRun({}, () => ({ operations: [] })).history })).toEqual([]);
});

describe("the numbers of the writes", () => {
  test.each([0, 17, 180, 238])("with a hole at %d are reported", (n) => {
    expect(withWrites((op) => (op.n === n ? [] : [op]))[0]).toBe(
      `the ledger lacks 1 of the writes up to the last, the first of them number ${n}`,
    );
  });

  test("with several holes are reported, with the first", () => {
    expect(withWrites((op) => (op.n % 50 === 9 ? [] : [op]))[0]).toBe(
      "the ledger lacks 5 of the writes up to the last, the first of them number 9",
    );
  });
});

describe("the beat", () => {
  const from = 20 * (PLAN.warmUpSeconds + 1);

  test.each([-501, 501, 3000, -3000])("is missed when k6's clock is set by %d ms while it goes on", (byMs) => {
    expect(shifted(byMs, from)).toContainEqual(expect.stringMatching(/ s off the load's schedule/));
  });

  test.each([-499, 499])("may be off by %d ms", (byMs) => {
    expect(withWrites((op) => [op.n === from ? { ...op, invokedMs: op.invokedMs + byMs } : op])).toEqual([]);
  });

  test.each([-500, 500])("may be off by %d ms throughout, without a report", (byMs) => {
    expect(shifted(byMs, from).filter((line) => line.includes("beat"))).toEqual([]);
    const cut = withWrites((op) => (op.n < 231 ? [op.n < from ? op : { ...op, invokedMs: op.invokedMs + byMs }] : []));
    expect(cut).toContain("the ledger has 231 writes, and the scenario 240");
  });

  test("names the first of two writes that are equally far off", () => {
    const off = withWrites((op) => [op.n === 100 || op.n === 150 ? { ...op, invokedMs: op.invokedMs + 1200 } : op]);
    expect(off).toEqual([expect.stringMatching(/^w3mv-100 was sent 1\.200 s off/)]);
  });

  test("names the write that is furthest off", () => {
    const off = withWrites((op) => [op.n === 100 ? { ...op, invokedMs: op.invokedMs + 1200 } : op]);
    expect(off).toEqual([expect.stringMatching(/^w3mv-100 was sent 1\.200 s off/)]);
  });

  test("is the scenario's", () => {
    expect(withLoad({ ratePerSecond: 21 })).toContainEqual(expect.stringMatching(/off the load's schedule/));
  });
});

describe("the length", () => {
  const upTo = (n: number) => withWrites((op) => (op.n < n ? [op] : []));

  test("is wrong if a load was cut short, or went on for too long", () => {
    expect(upTo(231)).toEqual(["the ledger has 231 writes, and the scenario 240"]);
    expect(upTo(229)).toEqual([
      "the ledger has 229 writes, and the scenario 240",
      "the load lasted 11.4 s, and the scenario's lasts 12.0 s",
    ]);
    const { load } = healthy.run.scenario;
    expect(withLoad({ afterSeconds: load.afterSeconds - 1 })).toEqual([
      "the ledger has 240 writes, and the scenario 220",
      "the load lasted 11.9 s, and the scenario's lasts 11.0 s",
    ]);
  });

  test("may be half a second more or less", () => {
    const lasting = (byMs: number) =>
      withWrites((op) => [op.n === 239 ? { ...op, invokedMs: op.invokedMs + 50 + byMs } : op]);
    expect([lasting(-500), lasting(-501)].map((lines) => lines.length)).toEqual([0, 1]);
    // A write that is later than that is off the beat as well.
    expect([lasting(450), lasting(500), lasting(501)].map((lines) => lines.length)).toEqual([0, 1, 2]);
  });

  test("is counted in writes: the last of them may be due when it ends", () => {
    expect(upTo(239)).toHaveLength(1);
    const one = fakeRun({}, ({ operations }) => {
      const last = operations.at(-1) as Write;
      const more = { ...last, n: last.n + 1, invokedMs: last.invokedMs + 50 };
      return { operations: [...operations, more] };
    });
    expect(wrong(one)).toEqual([]);
    const two = fakeRun({}, ({ operations }) => {
      const last = operations.at(-1) as Write;
      const more = [1, 2].map((i) => ({ ...last, n: last.n + i, invokedMs: last.invokedMs + 50 * i }));
      return { operations: [...operations, ...more] };
    });
    expect(wrong(two)).toEqual(["the ledger has 242 writes, and the scenario 240"]);
  });

  describe("in older runs", () => {
    const older = (change: (op: Write) => Write[] = (op) => [op]) => {
      const { history, run } = fakeRun({}, ({ operations }) => ({ operations: operations.flatMap(change) }));
      const load = { ...run.scenario.load, warmUpSeconds: PLAN.warmUpSeconds };
      return wrong({ ...healthy, history, run: { ...run, warmUp: null, scenario: { ...run.scenario, load } } });
    };

    test("includes the whole warm-up", () => {
      expect(wrong({ ...healthy, run: { ...healthy.run, warmUp: null } })).toHaveLength(3);
      expect(older()).toEqual([]);
    });

    test("is not counted in writes if the warm-up began slowly, and the beat is not checked", () => {
      const slow = (op: Write) => {
        if (op.n === 0) return [op];
        return op.n < 15 ? [] : [{ ...op, n: op.n - 14, write: op.write }];
      };
      expect(older(slow)).toEqual([]);
      const { history, run } = fakeRun({}, ({ operations }) => ({ operations: operations.flatMap(slow) }));
      expect(wrong({ ...healthy, history, run })).toEqual([expect.stringMatching(/off the load's schedule/)]);
      // The only write before the baseline came long before it.
      expect(older((op) => (op.n === 0 ? [op] : op.n < 20 ? [] : [{ ...op, n: op.n - 19 }]))).toEqual([]);
      expect(older((op) => (op.n < 231 ? [op] : []))).toEqual(["the ledger has 231 writes, and the scenario 240"]);
    });
  });
});

test("without a baseline the schedule is not judged: other checks report that", () => {
  const { history } = fakeRun({}, ({ operations }) => ({
    operations: operations.map((op) => (op.n < 100 ? op : { ...op, invokedMs: op.invokedMs + 3000 })),
  }));
  expect(wrong({ ...healthy, history })).toHaveLength(2);
  expect(wrong({ ...healthy, history, events: [] })).toEqual([]);
});

describe("k6's clock", () => {
  const off = /^the first write was sent -?\d\.\d{3} s after the drill saw it: the mapping of k6's clock is wrong$/;

  test.each([5000, -5000, 23, -1003])(
    "that is off by %d ms is detected by when the drill saw the first write",
    (byMs) => {
      expect(shifted(byMs)).toEqual([expect.stringMatching(off)]);
    },
  );

  test.each([22, 0, -1002])("may be off by %d ms undetected", (byMs) => {
    expect(shifted(byMs)).toEqual([]);
  });

  test("that was never mapped gives no time of the drill", () => {
    const { history } = fakeRun({}, ({ operations }) => ({
      operations: operations.map((op) => ({ ...op, invokedMs: op.invokedMs + 5000 })),
    }));
    expect(wrong({ ...healthy, history, run: { ...healthy.run, clock: null } })).toEqual([]);
  });

  test("may be off by more if its error is larger", () => {
    const { clock } = healthy.run;
    const late = fakeRun({}, ({ operations }) => ({
      operations: operations.map((op) => ({ ...op, invokedMs: op.invokedMs + 45 })),
    }));
    expect(wrong(late)).toHaveLength(1);
    expect(wrong({ ...late, run: { ...late.run, clock: clock && { ...clock, errorMs: 30 } } })).toEqual([]);
  });
});
