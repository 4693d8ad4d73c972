/**
 * The whole judge against planted truth: of everything that can be wrong with a run, exactly what was planted is named;
 * and without the checker that names it, nobody would notice.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuditRow } from "../model/audit.ts";
import { SEED_LIMIT, writeId } from "../model/write.ts";
import { CHECKERS, judge } from "./judge.ts";
import { plantedMachine } from "./planted-machine.ts";
import { PLAN, type Plan } from "./planted-plan.ts";
import { cameBack } from "./planted-return.ts";
import { type Parts, plantedParts, plantedRun, recordOf } from "./planted-run.ts";
import { faultMsOf, resourcesOf, writesOf } from "./planted-writes.ts";

const DEFECTS = ["lost", "torn", "happened", "duplicated", "twice", "corrupt", "unindexed"] as const;

const planWithDefects: fc.Arbitrary<Plan> = fc
  .record({
    seed: fc.nat({ max: SEED_LIMIT - 1 }),
    outageMs: fc.integer({ min: 500, max: 4000 }),
    offsetMs: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    draws: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...DEFECTS)), { maxLength: 30 }),
  })
  .map(({ seed, outageMs, offsetMs, draws }) => {
    const clock = { offsetMs, errorMs: 2 };
    const plan: Plan = { ...PLAN, seed, clock, outage: { afterMs: 10, ms: outageMs } };
    const operations = writesOf(plan);
    const planted = new Map<number, string>();
    for (const [draw, defect] of draws) {
      const pool = operations.filter((op) => {
        if (defect === "happened") return op.outcome === "info";
        // A register's next update would replace what was planted.
        return op.outcome === "ok" && op.kind !== "update" && (defect !== "torn" || op.kind === "bundle");
      });
      const op = pool[draw % pool.length];
      if (op && !planted.has(op.n)) planted.set(op.n, defect);
    }
    const numbers = (defect: string) => [...planted].filter(([, is]) => is === defect).map(([n]) => n);
    return { ...plan, ...Object.fromEntries(DEFECTS.map((defect) => [defect, numbers(defect)])) };
  });

test("exactly the planted defects are named, each by its own measure", () => {
  fc.assert(
    fc.property(planWithDefects, (plan) => {
      const { measures } = judge(plantedRun(plan));
      const ids = (...lists: (readonly number[])[]) => new Set(lists.flat().map((n) => writeId(plan.seed, n)));
      expect(new Set(measures.lost.ids)).toEqual(ids(plan.lost, plan.torn));
      expect(new Set(measures.torn.ids)).toEqual(ids(plan.torn));
      expect(measures.recovered.count).toBe(plan.happened.length);
      expect(new Set(measures.duplicated.ids)).toEqual(ids(plan.duplicated));
      expect(new Set(measures.doubleExecuted.ids)).toEqual(ids(plan.duplicated, plan.twice));
      expect(new Set(measures.corrupt.ids)).toEqual(ids(plan.corrupt));
      const unindexed = writesOf(plan).filter((op) => plan.unindexed.includes(op.n));
      const resources = unindexed.flatMap((op) => resourcesOf(op, plan.seed));
      expect(new Set(measures.indexLost.resources)).toEqual(new Set(resources));
      const none = [measures.phantom, measures.unexpected, measures.regressed, measures.dangling].map((m) => m.count);
      expect(none).toEqual([0, 0, 0, 0]);
      expect(measures.registers.violations).toEqual([]);
    }),
    { seed: 20260104 },
  );
});

const { operations } = plantedParts();
/** One for which the API is not asked, so that only the database's word is changed. */
const firstOf = (kind: string) =>
  operations.find((op) => op.kind === kind && op.outcome === "ok" && op.n % 7 !== 0)?.n as number;
/** One that B acknowledged, for which the API is not asked. */
const changed = operations.find(
  (op) => op.kind === "put" && op.servedBy === "b" && op.n % 7 !== 0 && op.n > 200,
) as (typeof operations)[number];
const [put, bundle] = [firstOf("put"), firstOf("bundle")];
const strict = (objectives: Partial<Plan["objectives"]>) => ({ objectives: { ...PLAN.objectives, ...objectives } });
/** B's rows changed, each into as many as `change` gives; and the count at their end with them. */
function onB(change: (row: AuditRow) => AuditRow[]) {
  return ({ audit }: Parts): Partial<Parts> => {
    const lines = audit.flatMap((line) => (line.type === "row" && line.side === "b" ? change(line) : [line]));
    const rows = lines.filter((line) => line.type === "row" && line.side === "b").length;
    return { audit: lines.map((line) => (line.type === "rows-end" && line.side === "b" ? { ...line, rows } : line)) };
  };
}
const extra = (of: number, changes: Partial<AuditRow>) =>
  onB((row) => (row.write === writeId(PLAN.seed, of) ? [row, { ...row, ...changes }] : [row]));

/** Of each checker that can break a run, or spoil it: a run in which it alone finds something. */
const ONLY: Record<string, () => Parts> = {
  "worth-judging": () => edited({}, ({ run }) => ({ run: { ...run, state: "failed", reason: "a test" } })),
  machine: () =>
    edited({}, ({ probes }) => ({
      probes: [...probes, ...plantedMachine(0, 20_000, { drill: () => 0.5, others: () => 1 })],
    })),
  "lost-writes": () => plantedParts({ lost: [put], ...strict({ lostWrites: 0 }) }),
  rpo: () => plantedParts({ lost: [put], ...strict({ rpoSeconds: 0 }) }),
  rto: () => plantedParts(strict({ rtoSeconds: 1 })),
  downtime: () => edited({}, ({ operations: all }) => ({ operations: all.map(endless) })),
  availability: () => plantedParts(strict({ availability: { share: 0.99999, periodDays: 2 } })),
  "failover-without-cause": () =>
    edited({}, ({ run }) => {
      const faults = [{ kind: "region-loss", side: "b", how: "refusal", afterSeconds: 0 } as const];
      return { run: { ...run, scenario: { ...run.scenario, faults } } };
    }),
  "acknowledged-when-fenced": () => {
    const late = plantedParts().operations.find((op) => op.kind === "put" && op.invokedMs > faultMsOf(PLAN) + 1000)?.n;
    const defect = { through: [late as number], lost: [late as number], ...strict({ lostWrites: 1 }) };
    return edited(defect, ({ events }) => {
      const at = { atMs: faultMsOf(PLAN) + 900, tookMs: 5, detail: { answer: "read-only" } };
      return { events: [...events, { type: "operator", plan: "failover", step: "fenced", side: "a", ...at }] };
    });
  },
  "unacknowledged-writes": () =>
    edited({ happened: [90] }, ({ operations: all }) => ({
      operations: all.map((op) => (op.n === 90 ? { ...op, outcome: "fail" } : op)),
    })),
  "unexpected-writes": () => edited({}, extra(put, { write: writeId(PLAN.seed, 5000), resource: "Patient/new" })),
  "torn-bundles": () => plantedParts({ torn: [bundle] }),
  "duplicated-writes": () => edited({}, extra(put, { resource: "Patient/again", indexed: true })),
  "double-executed-writes": () => edited({}, extra(put, { version: 2, pid: 77, indexed: null })),
  "corrupt-content": () => plantedParts({ corrupt: [put] }),
  "dangling-references": () =>
    edited(
      {},
      onB((row) => [row.refersTo ? { ...row, refersTo: "Patient/nowhere" } : row]),
    ),
  "index-lost": () => plantedParts({ unindexed: [put] }),
  "linearizable-registers": () =>
    edited({}, ({ operations: all }) => ({
      operations: all.map((op) => (op.read && op.outcome === "ok" ? { ...op, read: { ...op.read, writer: 7 } } : op)),
    })),
  redundancy: () => plantedParts(strict({ redundancySeconds: 1 })),
  "initial-replication": () =>
    edited({}, ({ run, events }) => {
      const orders = [{ kind: "start-replication", afterSeconds: 0 } as const];
      const start = { replicated: true, resources: 10 };
      const at = { atMs: events.at(-1)?.atMs as number };
      const copied = { ...at, type: "operator", plan: "start-replication", step: "copied", side: "b" } as const;
      const done = { ...at, type: "order", order: 0, kind: "start-replication", state: "done" } as const;
      return {
        run: { ...run, scenario: { ...run.scenario, start, orders } },
        events: [...events, { ...copied, tookMs: 5, detail: {} }, { ...done, detail: { seeded: 9 } }],
      };
    }),
  "stranded-saved": () => {
    const back = cameBack(plantedParts({ lost: [put], stranded: [put] }));
    return { ...back, saved: back.saved.slice(1) };
  },
  switchover: () => edited({ lost: [changed.n], ...strict({ lostWrites: 1 }) }, ordered),
};

function edited(changes: Partial<Plan>, edit: (parts: Parts) => Partial<Parts>): Parts {
  const parts = plantedParts(changes);
  return { ...parts, ...edit(parts) };
}

/** An order by which a write was lost that had been acknowledged in the middle of it. */
function ordered({ run, events }: Parts): Partial<Parts> {
  const ackMs = changed.completedMs as number;
  const order = { kind: "switchover", to: "b", afterSeconds: 5 } as const;
  const told = (state: "given" | "done", atMs: number) =>
    ({ type: "order", order: 0, kind: "switchover", state, atMs, detail: {} }) as const;
  const step = { type: "operator", plan: "switchover", step: "done", side: "b", tookMs: 200, detail: {} } as const;
  return {
    run: { ...run, scenario: { ...run.scenario, orders: [order] } },
    events: [...events, told("given", ackMs - 150), { ...step, atMs: ackMs + 100 }, told("done", ackMs + 101)],
  };
}

/** The load ends with a single write that was not acknowledged. */
function endless(op: Parts["operations"][number]) {
  return op.n === 239 ? { ...op, outcome: "info" as const, stored: [] } : op;
}

describe("without its checker a defect goes unnoticed", () => {
  test.each(Object.keys(ONLY))("%s", (name) => {
    const record = recordOf((ONLY[name] as () => Parts)());
    const others = CHECKERS.filter((checker) => checker.name !== name);
    expect(others).toHaveLength(CHECKERS.length - 1);
    const found = judge(record).checks.filter(
      (check) => check.verdict === "broken" || check.verdict === "inconclusive",
    );
    expect(found.map((check) => check.name)).toEqual([name]);
    expect(judge(record).verdict).not.toBe("holds");
    expect(judge(record, others).verdict).toBe("holds");
  });

  test("every checker is in the table, but for those that only measure", () => {
    const measures = [
      ...["stale-reads", "hidden-updates", "divergence", "latency", "regressed-versions"],
      ...["replication-lag", "resources", "across-regions"],
    ];
    expect(CHECKERS.map((checker) => checker.name).toSorted()).toEqual([...Object.keys(ONLY), ...measures].toSorted());
  });
});
