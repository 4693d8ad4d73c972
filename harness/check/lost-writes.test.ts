import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNVERIFIABLE } from "../model/columns/operation.ts";
import { SEED_LIMIT, writeId } from "../model/load/write.ts";
import type { AuditLine, AuditRow } from "../model/record/audit.ts";
import type { RunRecord } from "../model/record/record.ts";
import { readRecord } from "../record/read-record.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { lostWrites } from "./lost-writes.ts";
import { ABSENT, TORN } from "./survivors.ts";
import { factsHolding } from "./testing/fake-holdings.ts";
import { PATRONI } from "./testing/fake-patroni.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { cameBack } from "./testing/fake-return.ts";
import { fakeParts, fakeRun, filesOf, type Parts, recordOf } from "./testing/fake-run.ts";
import { BASELINE, FAULT_MS, type Instants, timeline } from "./testing/fake-timeline.ts";
import { writesOf } from "./testing/fake-writes.ts";

const RUNS = { seed: 20260101 };

const checked = (record: RunRecord) => lostWrites.check(record, gatherFacts(record));
const measured = (record: RunRecord) => judge(record).measures;
const ids = (ns: readonly number[], seed = PLAN.seed) => ns.map((n) => writeId(seed, n));
const acknowledged = (record: RunRecord) => [...record.history].filter((op) => op.outcome === "ok");

/** A run in which randomly drawn writes are lost or of unknown outcome. */
const planWithLosses: fc.Arbitrary<Plan> = fc
  .record({
    seed: fc.nat({ max: SEED_LIMIT - 1 }),
    ratePerSecond: fc.integer({ min: 10, max: 25 }),
    outageMs: fc.integer({ min: 100, max: 4000 }),
    held: fc.boolean(),
    offsetMs: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    fates: fc.array(
      fc.tuple(fc.nat(), fc.constantFrom("gone", "stranded", "torn", "torn-stranded", "happened" as const)),
      { maxLength: 30 },
    ),
  })
  .map(({ seed, ratePerSecond, outageMs, held, offsetMs, fates }) => {
    const clock = { offsetMs, errorMs: 2 };
    const plan: Plan = { ...PLAN, seed, ratePerSecond, held, clock, outage: { afterMs: 10, ms: outageMs } };
    const operations = writesOf(plan);
    const pool = {
      ok: operations.filter((op) => op.outcome === "ok"),
      bundle: operations.filter((op) => op.outcome === "ok" && op.kind === "bundle"),
      unknown: operations.filter((op) => op.outcome === "info"),
    };
    const fateOf = new Map<number, string>();
    for (const [draw, fate] of fates) {
      const from = fate === "happened" ? pool.unknown : fate.startsWith("torn") ? pool.bundle : pool.ok;
      const op = from[draw % from.length];
      if (op && !fateOf.has(op.n)) fateOf.set(op.n, fate);
    }
    const with_ = (...wanted: string[]) => [...fateOf.keys()].filter((n) => wanted.includes(fateOf.get(n) as string));
    return {
      ...plan,
      lost: with_("gone", "stranded"),
      torn: with_("torn", "torn-stranded"),
      stranded: with_("stranded", "torn-stranded"),
      happened: with_("happened"),
    };
  });

describe("names exactly the fake losses", () => {
  test("by their ids, torn transactions among them", () => {
    fc.assert(
      fc.property(planWithLosses, (plan) => {
        const { lost, torn } = measured(fakeRun(plan));
        const seeded = [...plan.lost, ...plan.torn];
        expect(new Set(lost.ids)).toEqual(new Set(ids(seeded, plan.seed)));
        expect(lost.ids).toHaveLength(seeded.length);
        expect(lost.count).toBe(seeded.length);
        expect(new Set(torn.ids)).toEqual(new Set(ids(plan.torn, plan.seed)));
      }),
      RUNS,
    );
  });

  test("with those stranded on the old primary, and the number of recovered writes", () => {
    fc.assert(
      fc.property(planWithLosses, (plan) => {
        const { stranded, recovered } = measured(fakeRun(plan));
        expect(new Set(stranded.ids)).toEqual(new Set(ids(plan.stranded, plan.seed)));
        expect(stranded.count).toBe(plan.stranded.length);
        expect(recovered.count).toBe(plan.happened.length);
      }),
      RUNS,
    );
  });

  test("with the oldest one's acknowledgement, tail and holes", () => {
    fc.assert(
      fc.property(planWithLosses, (plan) => {
        const record = fakeRun(plan);
        const { lost, rpo } = measured(record);
        const isLost = (n: number) => plan.lost.includes(n) || plan.torn.includes(n);
        const ack = (op: { completedMs: number | null }) => op.completedMs as number;
        const acks = acknowledged(record);
        const gone = acks.filter((op) => isLost(op.n)).map(ack);
        const keptByA = acks.filter((op) => !isLost(op.n) && op.servedBy === "a").map(ack);
        expect(lost.oldestAckMs).toBe(gone.length === 0 ? null : Math.min(...gone));
        expect(lost.tail).toBe(gone.filter((ms) => ms > Math.max(...keptByA)).length);
        expect(lost.holes).toBe(gone.length - (lost.tail as number));
        const atMs = (name: string) =>
          record.events.find((e) => (e.type === "fault" ? e.state : e.type === "operator" && e.step) === name)?.atMs ??
          0;
        const own = gone.filter((ms) => ms <= atMs("latched"));
        const before = own.filter((ms) => ms <= atMs("injected") + plan.clock.errorMs);
        const ageMs = Math.max(0, atMs("injected") - Math.min(...before));
        const seconds = before.length > 0 ? ageMs / 1000 : gone.length === 0 ? 0 : null;
        const [afterFault, later] = [own.length - before.length, gone.length - own.length];
        expect(rpo).toEqual({ count: own.length, seconds, afterFault, later });
      }),
      RUNS,
    );
  });

  test("and the same after a round trip through the files of the run", () => {
    fc.assert(
      fc.property(planWithLosses, (plan) => {
        const parts = fakeParts(plan);
        expect(judge(readRecord(filesOf(parts)))).toEqual({
          ...judge(fakeRun(plan)),
          checks: expect.any(Array),
        });
      }),
      RUNS,
    );
  });
});

test("the last writes of the old primary are the tail, earlier ones holes", () => {
  const acks = acknowledged(fakeRun()).filter((op) => op.servedBy === "a");
  const tail = acks.slice(-3).map((op) => op.n);
  expect(measured(fakeRun({ lost: tail })).lost).toMatchObject({ count: 3, tail: 3, holes: 0 });
  expect(measured(fakeRun({ lost: [5, ...tail] })).lost).toMatchObject({ count: 4, tail: 3, holes: 1 });
});

test("behind a proxy without routes, tail and holes go by the acknowledging server", () => {
  const edit = ({ run, events }: Parts): Partial<Parts> => ({
    run: { ...run, config: { ...run.config, proxy: "passive" } },
    events: events.filter((event) => event.type !== "operator"),
  });
  const tail = acknowledged(fakeRun())
    .filter((op) => op.servedBy === "a")
    .slice(-3)
    .map((op) => op.n);
  expect(measured(fakeRun({ lost: tail }, edit)).lost).toMatchObject({ count: 3, tail: 3, holes: 0 });
  expect(measured(fakeRun({ lost: [5, ...tail] }, edit)).lost).toMatchObject({ count: 4, tail: 3, holes: 1 });
});

test("a write that B acknowledged just before the operator's timestamp does not turn the tail into holes", () => {
  const record = fakeRun({ outage: { afterMs: 10, ms: 2800 }, operator: { detectedMs: 1500, routedMs: 2810 } });
  const late = record.events.map((e) =>
    e.type === "operator" && e.step === "latched" ? { ...e, atMs: e.atMs + 60 } : e,
  );
  const tail = acknowledged(record).filter((op) => op.servedBy === "a");
  const lost = tail.slice(-3).map((op) => op.n);
  const plan: Partial<Plan> = {
    lost,
    outage: { afterMs: 10, ms: 2800 },
    operator: { detectedMs: 1500, routedMs: 2810 },
  };
  expect(measured({ ...fakeRun(plan), events: late }).lost).toMatchObject({ tail: 3, holes: 0 });
});

test("stranded writes are in the order of acknowledgement, and only those with the content that was sent", () => {
  const lost = [20, 10, 30];
  const stranded = (change: (line: AuditLine) => AuditLine) =>
    measured(fakeRun({ lost, stranded: lost }, ({ audit }) => ({ audit: audit.map(change) }))).stranded.ids;
  expect(stranded((line) => line)).toEqual(ids([10, 20, 30]));
  const ofA = (n: number, changes: Partial<AuditRow>) => (line: AuditLine) =>
    line.type === "row" && line.side === "a" && line.write === writeId(PLAN.seed, n) ? { ...line, ...changes } : line;
  const other = { resource: "Patient/x" };
  for (const changes of [{ content: 1 }, { content: null }, { refersTo: "Patient/x" }, other, { version: 0 }])
    expect(stranded(ofA(20, changes))).toEqual(ids([10, 30]));
  expect(stranded(ofA(20, { deleted: true, indexed: null }))).toEqual(ids([10, 30]));
});

describe("a write whose 2xx names too little", () => {
  const put = acknowledged(fakeRun()).find((op) => op.kind === "put")?.n as number;
  const bundle = acknowledged(fakeRun()).find((op) => op.kind === "bundle")?.n as number;
  const lostIf = (n: number, named: number, plan: Partial<Plan> = {}) =>
    measured(
      fakeRun(plan, ({ operations }) => ({
        operations: operations.map((op) =>
          op.n === n ? { ...op, outcome: "info", reason: UNVERIFIABLE, stored: op.stored.slice(0, named) } : op,
        ),
      })),
    ).lost;

  test("is lost if nothing, or only a part of it, exists", () => {
    expect(lostIf(put, 0, { lost: [put] })).toMatchObject({ count: 1, ids: ids([put]) });
    for (const named of [0, 2]) {
      expect(lostIf(bundle, named, { lost: [bundle] }).ids).toEqual(ids([bundle]));
      expect(lostIf(bundle, named, { torn: [bundle] }).ids).toEqual(ids([bundle]));
    }
  });

  test("is stranded if the old primary has all of it, and each resource refers to the same patient", () => {
    const stranded = (n: number, named: number, refersTo?: string) =>
      measured(
        fakeRun({ lost: [n], stranded: [n] }, ({ operations, audit }) => ({
          operations: operations.map((op) =>
            op.n === n ? { ...op, outcome: "info", reason: UNVERIFIABLE, stored: op.stored.slice(0, named) } : op,
          ),
          audit: audit.map((line) =>
            refersTo !== undefined && line.type === "row" && line.write === writeId(PLAN.seed, n) && line.refersTo
              ? { ...line, refersTo }
              : line,
          ),
        })),
      ).stranded.ids;
    expect([stranded(put, 0), stranded(bundle, 0), stranded(bundle, 2)]).toEqual([
      ids([put]),
      ids([bundle]),
      ids([bundle]),
    ]);
    expect(stranded(bundle, 2, "Patient/x")).toEqual([]);
  });

  test("is not lost if all of it exists", () => {
    expect([lostIf(put, 0).count, lostIf(bundle, 0).count, lostIf(bundle, 2).count]).toEqual([0, 0, 0]);
  });
});

describe("after the old primary came back and was overwritten", () => {
  const LOST = { lost: [10, 20, 30], stranded: [10, 20] };

  test("those that it held then are stranded", () => {
    const record = recordOf(cameBack(fakeParts(LOST)));
    expect(new Set(measured(record).lost.ids)).toEqual(new Set(ids([10, 20, 30])));
    expect(new Set(measured(record).stranded.ids)).toEqual(new Set(ids([10, 20])));
  });

  test("unless they were not saved, or saved without their content: then they are gone", () => {
    const back = cameBack(fakeParts(LOST));
    const strandedOf = (saved: Parts["saved"]) => measured(recordOf({ ...back, saved })).stranded;
    expect(strandedOf([])).toEqual({ count: 0, ids: [] });
    expect(strandedOf(back.saved.filter(({ write }) => write !== writeId(PLAN.seed, 10))).ids).toEqual(ids([20]));
    for (const body of [null, {}, { resourceType: "Patient", gender: "male" }])
      expect(strandedOf(back.saved.map((each) => ({ ...each, body }))).count).toBe(0);
  });

  test("the missing rest of a torn transaction is enough", () => {
    const torn = acknowledged(fakeRun()).find((op) => op.kind === "bundle" && op.servedBy === "a")?.n as number;
    const back = cameBack(fakeParts({ torn: [torn], stranded: [torn] }));
    expect(back.saved).toHaveLength(2);
    expect(measured(recordOf(back)).stranded.ids).toEqual(ids([torn]));
    expect(measured(recordOf({ ...back, saved: back.saved.slice(1) })).stranded.count).toBe(0);
  });

  test("the count is not known if it was not read to its end, or not at all, or the saved writes cannot be read", () => {
    const back = cameBack(fakeParts(LOST));
    const unknown = { count: null, ids: [] };
    for (const returned of [back.returned.slice(0, -1), back.returned.slice(1), []])
      expect(measured(recordOf({ ...back, returned })).stranded).toEqual(unknown);
    expect(measured({ ...recordOf(back), saved: null }).stranded).toEqual(unknown);
  });

  test("the count is not known if no record of the return exists, although the old primary follows again", () => {
    const back = cameBack(fakeParts(LOST));
    const silent = recordOf({ ...back, events: fakeParts(LOST).events, returned: [], saved: [] });
    expect(measured(silent).stranded).toEqual({ count: null, ids: [] });
  });
});

describe("what the objective allows", () => {
  test.each([
    [2, null, "holds"],
    [2, 2, "holds"],
    [2, 1, "broken"],
    [1, 0, "broken"],
    [0, 0, "holds"],
  ])("%i lost with %s allowed: %s", (count, lostWritesAllowed, verdict) => {
    const objectives = { ...PLAN.objectives, lostWrites: lostWritesAllowed };
    const finding = checked(fakeRun({ lost: [10, 20].slice(0, count), objectives }));
    expect(finding.verdict).toBe(verdict);
    expect(finding.reason).toContain(`${count} of `);
    expect(finding.evidence).toHaveLength(count);
  });
});

test("without a planned disaster no objective excuses a lost write", () => {
  const objectives = { ...PLAN.objectives, lostWrites: 5 };
  const planned = fakeRun({ lost: [10], objectives }, ({ run }) => ({
    run: { ...run, scenario: { ...run.scenario, disaster: null } },
  }));
  expect(checked(planned)).toMatchObject({
    verdict: "broken",
    reason: expect.stringMatching(/the objective allows 0$/),
  });
});

describe("unknown is never reported as 0", () => {
  const without =
    (type: string, side: string) =>
    ({ audit }: Parts): Partial<Parts> => ({ audit: audit.filter((line) => line.type !== type || line.side !== side) });

  test.each([
    ["the serving site's rows have no end", without("rows-end", "b"), /not taken, or not to the end/],
    ["the serving site's API was not read to the end", without("reads-end", "b"), /not taken, or not to the end/],
    ["there is no audit", () => ({ audit: [] }), /not taken, or not to the end/],
    [
      "nothing was acknowledged",
      ({ operations }: Parts) => ({ operations: operations.filter((op) => op.outcome !== "ok") }),
      /no write was acknowledged/,
    ],
  ])("%s", (_, spoil, reason) => {
    const record = fakeRun({}, spoil);
    expect(checked(record)).toEqual({ verdict: "inconclusive", reason: expect.stringMatching(reason) });
    const { lost, stranded, rpo } = measured(record);
    expect([lost.count, lost.tail, lost.holes, stranded.count, rpo.count, rpo.seconds]).toEqual(Array(6).fill(null));
  });

  test("an unreadable old primary makes the stranded unknown, not 0", () => {
    const record = fakeRun({ lost: [10], stranded: [10] }, without("rows-end", "a"));
    expect(measured(record).stranded).toEqual({ count: null, ids: [] });
  });
});

describe("a damaged record never shows fewer losses in a verdict that is not inconclusive", () => {
  const truth = 3;
  const lastOfA = acknowledged(fakeRun()).filter((op) => op.servedBy === "a");
  const files = filesOf(fakeParts({ lost: [9, ...lastOfA.slice(-2).map((op) => op.n)] }));
  const soundOrInconclusive = (damaged: typeof files) => {
    const { verdict, measures } = judge(readRecord(damaged));
    if (verdict !== "inconclusive") expect(measures.lost.count).toBeGreaterThanOrEqual(truth);
  };
  const file = fc.constantFrom("ledger", "audit", "events" as const);

  test("undamaged, it holds and shows them all", () => {
    const { verdict, measures } = judge(readRecord(files));
    expect([verdict, measures.lost.count]).toEqual(["holds", truth]);
  });

  test("one line missing", () => {
    fc.assert(
      fc.property(file, fc.nat(), (name, draw) => {
        const lines = files[name].trimEnd().split("\n");
        lines.splice(draw % lines.length, 1);
        soundOrInconclusive({ ...files, [name]: `${lines.join("\n")}\n` });
      }),
      RUNS,
    );
  });

  test("the answer to a lost write missing", () => {
    const lines = files.ledger
      .split("\n")
      .filter((line) => !line.includes(`"complete","write":"${writeId(PLAN.seed, 9)}"`));
    expect(lines).toHaveLength(files.ledger.split("\n").length - 1);
    soundOrInconclusive({ ...files, ledger: lines.join("\n") });
  });

  test("cut off at any byte", () => {
    fc.assert(
      fc.property(file, fc.double({ min: 0, max: 1, noNaN: true }), (name, share) => {
        soundOrInconclusive({ ...files, [name]: files[name].slice(0, Math.floor(files[name].length * share)) });
      }),
      RUNS,
    );
  });
});

describe("on a boundary", () => {
  /** These writes after the 20 of the baseline, which all survive; fates by the number of the write. */
  const lostAmong = (
    writes: Instants[],
    fates: Record<number, number>,
    changes: Partial<Plan> = { operator: null },
  ) => {
    const record = timeline([...BASELINE, ...writes], changes);
    return lostWrites.check(record, factsHolding(record, fates));
  };
  const routedAt = (atMs: number) => ({ operator: { detectedMs: 1, routedMs: atMs - FAULT_MS } });

  test("a lost write acknowledged in the same millisecond as a survivor is a hole, a millisecond later the tail", () => {
    const lost = (ackMs: number) =>
      lostAmong(
        [
          [2000, 2500],
          [2010, ackMs],
        ],
        { 21: ABSENT },
      ).measures?.lost;
    expect(lost(2499)).toMatchObject({ count: 1, tail: 0, holes: 1, oldestAckMs: 2499 });
    expect(lost(2500)).toMatchObject({ tail: 0, holes: 1 });
    expect(lost(2501)).toMatchObject({ tail: 1, holes: 0 });
  });

  test("the newest survivor is the one acknowledged last, not the one sent last", () => {
    const { measures } = lostAmong(
      [
        [2000, 2600],
        [2010, 2500],
        [2020, 2300],
      ],
      { 21: ABSENT },
    );
    expect(measures?.lost).toMatchObject({ tail: 0, holes: 1 });
  });

  test("lost writes are in the order of acknowledgement, not of sending", () => {
    const { measures } = lostAmong(
      [
        [2000, 2500],
        [2010, 2300],
        [2020, 2400],
      ],
      { 20: ABSENT, 21: TORN, 22: ABSENT },
    );
    expect(measures?.lost).toMatchObject({ ids: ids([21, 22, 20]), oldestAckMs: 2300 });
  });

  test("a surviving write of unknown outcome does not make holes", () => {
    // It timed out at 7000, long after the lost one was acknowledged.
    const { measures } = lostAmong(
      [
        [2000, null],
        [2010, 2500],
      ],
      { 21: ABSENT },
    );
    expect(measures?.lost).toMatchObject({ tail: 1, holes: 0 });
  });

  test("writes that survived from the route to B on do not count for the old primary; without a failover all do", () => {
    const writes: Instants[] = [
      [2000, 2100],
      [2010, 2500],
    ];
    const lost = (routedMs: number | null) =>
      lostAmong(writes, { 20: ABSENT }, routedMs === null ? { operator: null } : routedAt(routedMs)).measures?.lost;
    expect(lost(2501)).toMatchObject({ tail: 0, holes: 1 });
    expect(lost(2500)).toMatchObject({ tail: 1, holes: 0 });
    expect(lost(null)).toMatchObject({ tail: 0, holes: 1 });
  });

  test("under Patroni, writes that survived from the promotion on do not count, whichever server acknowledged", () => {
    const lost = (promotedMs: number | null) => {
      const step = {
        type: "operator",
        plan: "failover",
        step: "promoted",
        side: "b",
        tookMs: 100,
        detail: {},
      } as const;
      const record = timeline([...BASELINE, [2000, 2100], [2010, 2500]], { operator: null }, ({ run, events }) => ({
        run: { ...run, config: { ...run.config, ...PATRONI } },
        events: promotedMs === null ? events : [...events, { ...step, atMs: promotedMs }],
      }));
      return lostWrites.check(record, factsHolding(record, { 20: ABSENT })).measures?.lost;
    };
    // The timestamp is that of the step's end, and the step took 100 ms.
    expect(lost(2601)).toMatchObject({ tail: 0, holes: 1 });
    expect(lost(2600)).toMatchObject({ tail: 1, holes: 0 });
    expect(lost(null)).toMatchObject({ tail: 0, holes: 1 });
  });

  test("the reason gives both counts, the site and the criterion", () => {
    const lost = (lostWritesAllowed: number | null, fates: Record<number, number>) => {
      const objectives = { ...PLAN.objectives, lostWrites: lostWritesAllowed };
      return lostAmong(
        [
          [2000, 2500],
          [2010, 2600],
        ],
        fates,
        { operator: null, objectives },
      );
    };
    const one = "1 of 22 acknowledged writes are not on A";
    expect(lost(null, { 20: ABSENT }).reason).toBe(`${one}; the RPO limits their age`);
    expect(lost(1, { 20: ABSENT }).reason).toBe(`${one}; 1 are allowed`);
    expect(lost(0, { 20: ABSENT }).reason).toBe(`${one}; the objective allows 0`);
    expect(lost(0, {}).reason).toBe("0 of 22 acknowledged writes are not on A");
    expect(lost(0, {}).measures?.lost).toEqual({ count: 0, ids: [], oldestAckMs: null, tail: 0, holes: 0 });
    expect(lost(0, { 20: ABSENT }).evidence).toEqual([
      `${writeId(PLAN.seed, 20)}: acknowledged by a at 2.500 s, ledger.ndjson:42`,
    ]);
  });

  test("the server that acknowledged a lost write may be unknown", () => {
    const record = timeline(BASELINE, { operator: null }, ({ operations }) => ({
      operations: operations.map((op) => ({ ...op, servedBy: "" })),
    }));
    expect(lostWrites.check(record, factsHolding(record, { 3: ABSENT })).evidence?.[0]).toContain(
      "acknowledged by ? at 0.310 s",
    );
  });
});

test("is listed under its name", () => {
  expect(judge(fakeRun(), [lostWrites]).checks).toMatchObject([{ name: "lost-writes", verdict: "holds" }]);
});
