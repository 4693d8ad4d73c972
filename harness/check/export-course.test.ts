import { describe, expect, test } from "vitest";
import type { BulkExportLine, JobState } from "../model/record/bulk-export.ts";
import { exportCourse } from "./export-course.ts";
import { isWritten, stateText } from "./export-progress.ts";
import { isFirstAct } from "./facts.ts";
import { each, exportParts } from "./testing/fake-export.ts";
import { type Parts, recordOf } from "./testing/fake-run.ts";

type Change = (lines: BulkExportLine[]) => BulkExportLine[];

const { events } = exportParts();
const actMs = events.find(isFirstAct)?.atMs as number;
const promotedMs = events.find((event) => event.type === "operator" && event.step === "promoted")?.atMs as number;

/** Times count from the first act. */
function courseOf(
  change: Change = (lines) => lines,
  endMs?: number,
  edit: (parts: Parts) => Partial<Parts> = () => ({}),
) {
  const parts = exportParts(endMs);
  const course = exportCourse(recordOf({ ...parts, bulkExport: change(parts.bulkExport), ...edit(parts) }));
  if (course === null) return null;
  const after = (ms: number | null) => (ms === null ? null : Math.round(ms - actMs));
  const takeovers = course.takeovers.map(({ side, atMs }) => [side, after(atMs)]);
  const [endedMs, pickedUpMs] = [after(course.endedMs), after(course.pickedUpMs)];
  const [idleMs, standstillMs] = [Math.round(course.idleMs), Math.round(course.standstillMs)];
  return { ...course, actMs: 0, takeovers, endedMs, pickedUpMs, idleMs, standstillMs };
}

const WRITING = "write-to-binaries";
const job = (
  side: "a" | "b",
  [fromMs, toMs]: [number, number],
  chunks: Record<string, number>,
  step: string | null = WRITING,
): JobState => ({ type: "job", side, fromMs: actMs + fromMs, toMs: actMs + toMs, state: "IN_PROGRESS", step, chunks });
/** States of that site, in place of the fake ones. */
const seen =
  (side: "a" | "b", ...states: JobState[]): Change =>
  (lines) => [...each("job", (state) => (state.side === side ? null : {}))(lines), ...states];
const answering = (status: number, fromMs = 60_000): Change =>
  each("poll", ({ doneMs }) => (doneMs >= actMs + fromMs ? { status } : {}));

test("is that of an export that B finished", () => {
  expect(courseOf()).toEqual({
    ...{ actMs: 0, outcome: "resumed", why: null, endedMs: 90_000, pickedUpMs: 40_200 },
    ...{ missed: [], idleMs: 49_800, standstillMs: 49_800, wasSeen: true },
    takeovers: [["b", Math.round(promotedMs - actMs)]],
    atFault: job("a", [-4000, -100], { COMPLETED: 1, IN_PROGRESS: 1 }),
  });
});

test("is null without a poll, or if nothing was done to the system", () => {
  expect(courseOf(each("poll", () => null))).toBeNull();
  expect(courseOf(undefined, undefined, () => ({ events: events.filter((event) => !isFirstAct(event)) }))).toBeNull();
});

describe("where it was at the first act", () => {
  const atFault = (...states: JobState[]) => {
    const course = courseOf(seen("a", ...states));
    const state = course?.atFault ?? null;
    return [state, state !== null && isWritten(state)];
  };

  test.each(["QUEUED", "IN_PROGRESS", "ERRORED"])("a chunk that is %s is being worked on", (state) => {
    const one = job("a", [-4000, -100], { COMPLETED: 9, [state]: 1 });
    expect(atFault(one)).toEqual([one, true]);
  });

  test.each(["READY", "GATE_WAITING", "COMPLETED"])("one that is %s is not", (state) => {
    const one = job("a", [-4000, -100], { [state]: 2 });
    expect(atFault(one)).toEqual([one, false]);
  });

  test("another step than that of the files does not count as writing", () => {
    const one = job("a", [-4000, -100], { IN_PROGRESS: 2 }, "fetch-resources");
    expect(atFault(one)).toEqual([one, false]);
  });

  test("it is the last observed state, at most a second old", () => {
    const before = job("a", [-4000, -1000], { IN_PROGRESS: 2 });
    expect(atFault(before)).toEqual([before, true]);
    expect(atFault(job("a", [-4000, -1001], { IN_PROGRESS: 2 }))).toEqual([null, false]);
    const at = job("a", [0, 50], { COMPLETED: 2 });
    expect(atFault(before, at)).toEqual([at, false]);
    expect(atFault(before, job("a", [1, 50], { COMPLETED: 2 }))).toEqual([before, true]);
    expect(atFault()).toEqual([null, false]);
  });

  test("it is the state in A's database, not in B's", () => {
    const course = courseOf(seen("b", job("b", [-3900, 90_000], {}, "fetch-resources")));
    expect([course?.atFault?.step, course?.atFault?.side]).toEqual([WRITING, "a"]);
  });
});

describe("who took over", () => {
  const with_ = (side: "a" | "b", atMs: number) => (parts: Parts) => ({
    events: [
      ...parts.events,
      {
        type: "operator",
        plan: "switchover",
        step: "promoted",
        side,
        atMs: actMs + atMs,
        tookMs: 1,
        detail: {},
      } as const,
    ],
  });

  test("before its end, and not after it", () => {
    const last = (atMs: number) => courseOf(undefined, 90_000, with_("a", atMs))?.takeovers.map(([side]) => side);
    expect(last(90_000)).toEqual(["b", "a"]);
    expect(last(90_001)).toEqual(["b"]);
  });

  test("none: it was completed by the server that had it", () => {
    const noTakeover = () => ({
      events: events.filter((event) => event.type !== "operator" || event.step !== "promoted"),
    });
    expect(courseOf(undefined, undefined, noTakeover)).toMatchObject({
      takeovers: [],
      outcome: "completed",
      endedMs: 90_000,
      pickedUpMs: null,
    });
    const outcome = (...states: JobState[]) => {
      const course = courseOf((lines) => seen("a", ...states)(answering(202)(lines)), 600_000, noTakeover);
      return [course?.outcome, course?.why];
    };
    const queued = (toMs: number) => job("a", [-4000, toMs], { QUEUED: 2 });
    // Its server was restarted in place, and does not know what it had in hand.
    expect(outcome(queued(600_000))).toEqual(["stuck", null]);
    expect(outcome(queued(584_999))).toEqual([null, "its job was not observed to the end"]);
    const moved = (ms: number) => outcome(queued(ms - 200), job("a", [ms, 600_000], { COMPLETED: 2 }));
    expect(moved(15_000)).toEqual(["stuck", null]);
    expect(moved(15_001)).toEqual(["unfinished", null]);
  });

  test("each planned switchover has one of its own", () => {
    const order = { kind: "switchover", to: "a", afterSeconds: 50 } as const;
    const missed = (...taken: ("a" | "b")[]) => {
      const edit = (parts: Parts) => {
        const scenario = { ...parts.run.scenario, orders: [order, { ...order, to: "b" } as const, order] };
        const restart = { kind: "restart", side: "a", afterSeconds: 1 } as const;
        const more = taken.flatMap((side, i) => with_(side, 60_000 + i)({ ...parts, events: [] }).events);
        const run = { ...parts.run, scenario: { ...scenario, orders: [restart, ...scenario.orders] } };
        return { run, events: [...parts.events, ...more] };
      };
      return courseOf(undefined, 90_000, edit)?.missed;
    };
    expect(missed()).toEqual(["a", "b", "a"]);
    expect(missed("a")).toEqual(["b", "a"]);
    expect(missed("a", "b", "a")).toEqual([]);
  });

  test("what the one before it did is no standstill", () => {
    const late = with_("a", 500_000);
    const onB = (ms: number): Change =>
      seen("b", job("b", [-3900, ms - 200], { READY: 2 }), job("b", [ms, 600_000], {}));
    const onA = job("a", [490_000, 600_000], { READY: 2 });
    const outcome = (change: Change) =>
      courseOf((lines) => [...change(answering(202)(lines)), onA], 600_000, late)?.outcome;
    expect(outcome(onB(300_000))).toBe("unfinished");
    // What B's database shows after the takeover, B's server did not do.
    expect(outcome(onB(500_000))).toBe("stuck");
  });

  test("the state when the promotion began is that of the new primary, or else of the old one", () => {
    const stateIn = (change: Change) => {
      const parts = exportParts();
      const tookMs = 2000;
      const all = events.map((event) =>
        event.type === "operator" && event.step === "promoted" ? { ...event, tookMs } : event,
      );
      return exportCourse(recordOf({ ...parts, events: all, bulkExport: change(parts.bulkExport) }))?.takeovers[0]
        ?.state;
    };
    const onB = job("b", [-3900, promotedMs - actMs - 3000], { QUEUED: 2 });
    const later = job("b", [promotedMs - actMs - 1999, 40_000], { READY: 2 });
    const onA = job("a", [-4000, 0], { QUEUED: 1 });
    expect(stateIn((lines) => seen("b", onB, later)(seen("a", onA)(lines)))).toEqual(onB);
    expect(stateIn((lines) => seen("b", later)(seen("a", onA)(lines)))).toEqual(onA);
    expect(stateIn((lines) => seen("b", later)(seen("a")(lines)))).toBeNull();
  });

  test("the last of them has to resume it", () => {
    const again = job("a", [55_000, 70_000], { COMPLETED: 2 });
    const moved = job("a", [70_200, 90_000], {}, "create-report-step");
    const change: Change = (lines) => [...lines, again, moved];
    expect(courseOf(change, undefined, with_("a", 60_000))?.pickedUpMs).toBe(70_200);
  });
});

describe("it is picked up", () => {
  const pickedUp = (...states: JobState[]) => courseOf(seen("b", ...states))?.pickedUpMs;
  const left = (fromMs: number, toMs = 40_000) => job("b", [fromMs, toMs], { READY: 1, COMPLETED: 1 });
  const moved = (fromMs: number, side: "a" | "b" = "b") => job(side, [fromMs, 90_000], { COMPLETED: 2 });
  const promoted = Math.round(promotedMs - actMs);
  const settled = promoted + 1000;

  test("when its state changes, except by the operator", () => {
    expect(pickedUp(job("b", [-3900, promoted + 100], { QUEUED: 2 }), left(promoted + 200), moved(40_200))).toBe(
      40_200,
    );
    expect(pickedUp(left(-3900, settled), moved(settled + 1))).toBe(settled + 1);
    expect(pickedUp(left(-3900, settled - 1), moved(settled - 1))).toBeNull();
  });

  test("from the instant of the takeover, and of the second after it", () => {
    const until = (toMs: number) => ({ ...left(-3900), toMs });
    const from = (fromMs: number) => ({ ...moved(0), fromMs });
    const late = from(promotedMs + 5000);
    expect(pickedUp(until(promotedMs), late)).toBe(promoted + 5000);
    expect(pickedUp(until(promotedMs - 1), late)).toBeNull();
    expect(pickedUp(until(promotedMs + 999), from(promotedMs + 1000))).toBeNull();
  });

  test("from the first state recorded after the takeover, if that was late", () => {
    expect(pickedUp(job("b", [-3900, 0], { QUEUED: 2 }), left(10_000), moved(40_200))).toBe(40_200);
  });

  test("on the new primary, and nowhere else", () => {
    expect(pickedUp(left(0, 90_000), moved(5000, "a"))).toBeNull();
    expect(pickedUp()).toBeNull();
  });

  test("not if the same state is recorded again, with its chunks in another order", () => {
    expect(pickedUp(left(0, 5000), job("b", [6000, 90_000], { COMPLETED: 1, READY: 1 }))).toBeNull();
  });
});

describe("the longest standstill", () => {
  const standstill = (...states: JobState[]) => courseOf(seen("b", ...states))?.standstillMs;
  const promoted = Math.round(promotedMs - actMs);

  test("is that of the same state, also if it was recorded again", () => {
    expect(standstill(job("b", [20_000, 50_000], { READY: 1 }))).toBe(30_000);
    expect(standstill(job("b", [20_000, 50_000], { READY: 1 }), job("b", [51_000, 60_000], { READY: 1 }))).toBe(40_000);
    expect(standstill(job("b", [20_000, 50_000], { READY: 1 }), job("b", [51_000, 60_000], { READY: 2 }))).toBe(30_000);
    expect(standstill(job("b", [20_000, 25_000], { READY: 1 }), job("b", [51_000, 60_000], { READY: 2 }))).toBe(9000);
    // A state that one sample saw.
    const ready = (fromMs: number, toMs: number) => job("b", [fromMs, toMs], { READY: 1 });
    expect(standstill(ready(20_000, 50_000), job("b", [50_200, 50_200], {}), ready(50_400, 60_000))).toBe(30_000);
  });

  test("is of the site that serves, from its takeover to the client's last poll", () => {
    expect(standstill(job("b", [-3900, 10_000], { READY: 1 }))).toBe(10_000 - promoted);
    expect(standstill(job("b", [70_000, 99_000], { READY: 1 }))).toBe(20_000);
    expect(standstill(job("a", [3000, 90_000], { READY: 1 }))).toBe(0);
    expect(standstill(job("a", [-4000, 90_000], { READY: 1 }))).toBe(promoted);
  });

  test("ends with the job", () => {
    const ended = (state: string) => standstill({ ...job("b", [20_000, 50_000], {}), state });
    expect(["COMPLETED", "FAILED", "CANCELLED", "ERRORED"].map(ended)).toEqual([0, 0, 0, 30_000]);
  });
});

describe("how it ended:", () => {
  const idle = (toMs: number) => seen("b", job("b", [-3900, toMs], { READY: 2 }));
  /** Its client waits for 600 s. */
  const LIMIT_MS = 585_000;
  const outcomeOf = (change: Change, endMs: number) => {
    const course = courseOf(change, endMs);
    return [course?.outcome, course?.endedMs];
  };

  test("its client gave up at its limit, and not before", () => {
    expect(outcomeOf(answering(202), LIMIT_MS)).toEqual(["unfinished", null]);
    expect(outcomeOf(answering(202), LIMIT_MS - 1)).toEqual([null, null]);
    expect(outcomeOf(answering(503), LIMIT_MS)).toEqual(["unreachable", null]);
  });

  test("stuck, if its job was observed not to move until then", () => {
    const stuck = (toMs: number) => outcomeOf((lines) => idle(toMs)(answering(202)(lines)), 600_000);
    expect(stuck(LIMIT_MS)).toEqual(["stuck", null]);
    expect(stuck(LIMIT_MS - 1)).toEqual([null, null]);
    expect(outcomeOf((lines) => seen("b")(answering(202)(lines)), 600_000)).toEqual([null, null]);
    // On the lost site, where no server has it any more.
    const onA: Change = (lines) => [...idle(50_000)(answering(202)(lines)), job("a", [50_000, 600_000], { QUEUED: 2 })];
    expect(outcomeOf(onA, 600_000)).toEqual([null, null]);
  });

  test("stuck, if it was picked up, and then no server worked on it for ten minutes", () => {
    const course = (waitMs: number) => {
      const endMs = waitMs + 600_000;
      const scenario = { level: "patient", waitSeconds: endMs / 1000 } as const;
      return courseOf(answering(202), endMs, ({ run }) => ({
        run: { ...run, scenario: { ...run.scenario, bulkExport: scenario } },
      }));
    };
    // It moved 40.2 s after the first act.
    expect(course(25_000)).toMatchObject({ outcome: "unfinished", idleMs: 584_800 });
    expect(course(26_000)).toMatchObject({ outcome: "stuck", idleMs: 585_800, pickedUpMs: 40_200 });
  });

  test("done, if its job says so afterwards", () => {
    const doneThen = (state: string, ...more: JobState[]) =>
      outcomeOf((lines) => [...lines, { ...job("b", [90_200, 95_000], {}), state }, ...more], 90_000);
    expect(doneThen("COMPLETED")).toEqual(["resumed", 90_000]);
    expect(doneThen("FINALIZE")).toEqual([null, null]);
    expect(doneThen("COMPLETED", job("a", [90_200, 95_000], { QUEUED: 2 }))).toEqual(["resumed", 90_000]);
    const until = (toMs: number) => outcomeOf((lines) => [...lines, job("b", [90_000, toMs], {})], 90_000);
    expect(until(91_000)).toEqual(["resumed", 90_000]);
    expect(until(91_001)).toEqual([null, null]);
    // What the database of a site that was lost since then shows, its server did not say.
    const lost = (fromMs: number) => {
      const later = { ...job("b", [fromMs, 99_000], {}), state: "IN_PROGRESS" };
      const next = { type: "operator", plan: "failover", step: "promoted", side: "a", atMs: actMs + 94_000 } as const;
      const change: Change = (lines) => [...lines, later];
      return courseOf(change, 90_000, () => ({ events: [...events, { ...next, tookMs: 1, detail: {} }] }))?.outcome;
    };
    expect(lost(93_999)).toBeNull();
    expect(lost(94_001)).toBe("resumed");
  });

  test("told, after the last takeover and the first act only", () => {
    // The takeover comes 2.43 s after the act, the fifteenth poll before the end 28 s before it.
    expect(outcomeOf(answering(404, -60_000), 32_000)).toEqual(["told", 32_000]);
    expect(outcomeOf(answering(404, -60_000), 30_000)).toEqual([null, null]);
    const noTakeover = () => ({
      events: events.filter((event) => event.type !== "operator" || event.step !== "promoted"),
    });
    const without = (endMs: number) => courseOf(answering(404, -60_000), endMs, noTakeover)?.outcome;
    expect(without(30_000)).toBe("told");
    expect(without(28_000)).toBeNull();
    // Somebody took over before the first act.
    const early = () => ({
      events: events.map((event) =>
        event.type === "operator" && event.step === "promoted" ? { ...event, atMs: actMs - 5000 } : event,
      ),
    });
    expect(courseOf(answering(404, -60_000), 30_000, early)?.outcome).toBe("told");
    expect(courseOf(answering(404, -60_000), 28_000, early)?.outcome).toBeNull();
  });

  test("told, after a time in which no server worked on it: until the first of the errors", () => {
    expect(courseOf(answering(404, -60_000), 40_000)).toMatchObject({ outcome: "told", idleMs: 4000 });
    expect(courseOf(answering(404, 30_000), 60_000)).toMatchObject({ outcome: "told", idleMs: 30_000 });
    expect(courseOf(answering(404, 50_000), 90_000)).toMatchObject({ outcome: "told", idleMs: 9800 });
  });

  test.each([204, 302, 401, 403, 408, 429, 503])("not told with %d", (status) => {
    expect(outcomeOf(answering(status), 90_000)).toEqual([null, null]);
    expect(outcomeOf(answering(status), 600_000)).toEqual(["unreachable", null]);
  });

  test("told, by the same error fifteen times at the end", () => {
    // Every two seconds, and once at the end.
    expect(outcomeOf(answering(404, 62_000), 90_000)).toEqual(["told", 90_000]);
    expect(outcomeOf(answering(404, 64_000), 90_000)).toEqual([null, null]);
    const changing: Change = (lines) => answering(410, 90_000)(answering(404, 0)(lines));
    expect(outcomeOf(changing, 90_000)).toEqual([null, null]);
    expect(outcomeOf(answering(502, 0), 90_000)).toEqual([null, null]);
    // Fewer polls than that.
    expect(outcomeOf(answering(404, -60_000), 4000)).toEqual([null, null]);
  });
});

test("a state is described with its chunks in the order of their names", () => {
  expect(stateText(job("a", [0, 1], { QUEUED: 3, COMPLETED: 1 }))).toBe(
    "IN_PROGRESS in write-to-binaries, its chunks 1 COMPLETED, 3 QUEUED",
  );
  expect(stateText(job("a", [0, 1], {}, null))).toBe("IN_PROGRESS in no step");
});
