/**
 * The whole judge against seeded truth: of everything that can be wrong with a run, exactly what was seeded is named;
 * and without the checker that names it, it would go unnoticed.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNVERIFIABLE } from "../../model/columns/operation.ts";
import { fingerprint } from "../../model/load/content.ts";
import { firstVersionOf, planWrite, REGISTERS, registerOf, SEED_LIMIT, writeId } from "../../model/load/write.ts";
import type { AuditLine, AuditRow } from "../../model/record/audit.ts";
import type { BulkExportLine } from "../../model/record/bulk-export.ts";
import type { DeviceLine } from "../../model/record/device.ts";
import type { DrillEvent } from "../../model/record/event.ts";
import type { RunRecord } from "../../model/record/record.ts";
import { readRecord } from "../../record/read-record.ts";
import { CHECKERS, judge } from "../judge.ts";
import { withAsks } from "./fake-audit.ts";
import { withDevices, withEnd } from "./fake-devices.ts";
import { ended, exportParts } from "./fake-export.ts";
import { fakeMachine } from "./fake-machine.ts";
import { withNetworks } from "./fake-networks.ts";
import { PLAN, type Plan } from "./fake-plan.ts";
import { cameBack } from "./fake-return.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./fake-run.ts";
import { sharedFiles } from "./fake-runners.ts";
import { toldPlan } from "./fake-steps.ts";
import { withVault } from "./fake-vault.ts";
import { faultMsOf, MIX, resourcesOf, writesOf } from "./fake-writes.ts";

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
    const seeded = new Map<number, string>();
    for (const [draw, defect] of draws) {
      const pool = operations.filter((op) => {
        if (defect === "happened") return op.outcome === "info";
        // A PUT stored as another resource than it names is no copy, but misplaced.
        if (defect === "duplicated" && op.kind === "put") return false;
        // A register's next update would replace what was seeded.
        return op.outcome === "ok" && op.kind !== "update" && (defect !== "torn" || op.kind === "bundle");
      });
      const op = pool[draw % pool.length];
      if (op && !seeded.has(op.n)) seeded.set(op.n, defect);
    }
    const numbers = (defect: string) => [...seeded].filter(([, is]) => is === defect).map(([n]) => n);
    return { ...plan, ...Object.fromEntries(DEFECTS.map((defect) => [defect, numbers(defect)])) };
  });

test("exactly the seeded defects are named, each by its own measure", () => {
  fc.assert(
    fc.property(planWithDefects, (plan) => {
      const { measures } = judge(fakeRun(plan));
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

const { operations, audit: whole } = fakeParts();
const searched = new Set(whole.flatMap((line) => (line.type === "search" ? [line.write] : [])));
/** A write that is not searched for, unless some of it is missing. */
const firstOf = (kind: string, outcome = "ok") =>
  operations.find((op) => op.kind === kind && op.outcome === outcome && !searched.has(op.write))?.n as number;
/** A write that B acknowledged. */
const changed = operations.find(
  (op) => op.kind === "put" && op.servedBy === "b" && !searched.has(op.write) && op.n > 200,
) as (typeof operations)[number];
const [put, post, bundle] = [firstOf("put"), firstOf("post"), firstOf("bundle")];
const [unknownUpdate, unknownBundle] = [firstOf("update", "info"), firstOf("bundle", "info")];
/** Gives its register a newer version than the served one. */
const ofUnknown = {
  write: writeId(PLAN.seed, unknownUpdate),
  resource: firstVersionOf(PLAN.seed, registerOf(unknownUpdate)).path,
  version: (operations[unknownUpdate]?.read?.version as number) + 1,
  content: fingerprint(planWrite(PLAN.seed, unknownUpdate, MIX).body),
};
const freeRegister = Array.from({ length: REGISTERS }, (_, register) => register).find(
  (register) => !operations.some((op) => op.kind === "update" && registerOf(op.n) === register),
) as number;
const strict = (objectives: Partial<Plan["objectives"]>) => ({ objectives: { ...PLAN.objectives, ...objectives } });
/** Changes B's rows, each into as many as `change` returns, and the answers of its API with them. */
function onB(change: (row: AuditRow) => AuditRow[]) {
  return (parts: Parts): Partial<Parts> => {
    const audit = parts.audit.flatMap((line) => (line.type === "row" && line.side === "b" ? change(line) : [line]));
    return { audit: withAsks({ ...parts, audit }) };
  };
}
const extra = (of: number, changes: Partial<AuditRow>) =>
  onB((row) => (row.write === writeId(PLAN.seed, of) ? [row, { ...row, ...changes }] : [row]));

/** For each checker that can make a run broken or inconclusive: a run in which it alone finds something. */
const ONLY: Record<string, () => Parts | RunRecord> = {
  "worth-judging": () => edited({}, ({ run }) => ({ run: { ...run, state: "failed", reason: "a test" } })),
  machine: () =>
    edited({}, ({ probes }) => ({
      probes: [...probes, ...fakeMachine(0, 20_000, { drill: () => 0.5, others: () => 1 })],
    })),
  throttled: () => refusing(429, "throttled"),
  "refused-authorization": () => refusing(401, "unauthorized"),
  "lost-writes": () => fakeParts({ lost: [put], ...strict({ lostWrites: 0 }) }),
  rpo: () => fakeParts({ lost: [put], ...strict({ rpoSeconds: 0 }) }),
  rto: () => fakeParts(strict({ rtoSeconds: 1 })),
  downtime: () => edited({}, (parts) => asked({ ...parts, operations: parts.operations.map(endless) })),
  availability: () => fakeParts(strict({ availability: { share: 0.99999, periodDays: 2 } })),
  "failover-without-cause": () =>
    edited({}, ({ run, events }) => {
      const fault = { kind: "region-loss", side: "b", how: "refusal", afterSeconds: 0 } as const;
      return {
        run: { ...run, scenario: { ...run.scenario, faults: [fault] } },
        events: events.map((event) =>
          event.type === "fault" && event.state === "injecting" ? { ...event, detail: { ...fault } } : event,
        ),
      };
    }),
  "acknowledged-when-fenced": () => {
    const { events, operations } = fakeParts();
    const fencedMs = events.find((event) => event.type === "operator" && event.step === "fenced")?.atMs as number;
    const late = operations.find((op) => op.kind === "put" && op.invokedMs > fencedMs)?.n as number;
    return fakeParts({ through: [late], lost: [late], ...strict({ lostWrites: 1 }) });
  },
  "unacknowledged-writes": () =>
    edited({ happened: [90] }, ({ operations: all }) => ({
      operations: all.map((op) => (op.n === 90 ? { ...op, outcome: "fail" } : op)),
    })),
  "unexpected-writes": () => edited({}, extra(put, { write: writeId(PLAN.seed, 5000), resource: "Patient/new" })),
  "torn-bundles": () => fakeParts({ torn: [bundle] }),
  "duplicated-writes": () => edited({}, extra(post, { resource: "Patient/again", indexed: true })),
  "double-executed-writes": () =>
    edited(
      {},
      onB((row) => {
        if (row.write !== writeId(PLAN.seed, put)) return [row];
        return [
          { ...row, current: false, indexed: null },
          { ...row, version: 2, pid: 77 },
        ];
      }),
    ),
  "corrupt-content": () => fakeParts({ corrupt: [put] }),
  // On an acknowledged write, it would also be corrupt content.
  "dangling-references": () =>
    edited(
      { happened: [unknownBundle] },
      onB((row) => [
        row.refersTo && row.write === writeId(PLAN.seed, unknownBundle) ? { ...row, refersTo: "Patient/nowhere" } : row,
      ]),
    ),
  "unverifiable-acknowledgements": () =>
    edited({}, (parts) =>
      asked({
        ...parts,
        operations: parts.operations.map((op) =>
          op.n === put ? { ...op, outcome: "info", reason: UNVERIFIABLE, stored: [] } : op,
        ),
      }),
    ),
  "api-reads": () =>
    edited({}, ({ audit }) => ({
      audit: audit.flatMap((line): AuditLine[] => {
        if (line.type === "reads-end") return [{ ...line, reads: 0 }];
        return line.type === "read" ? [] : [line];
      }),
    })),
  "data-before-load": () =>
    edited(
      {},
      onB((row) => (row.write === firstVersionOf(PLAN.seed, freeRegister).id ? [] : [row])),
    ),
  "current-versions": () => edited({}, extra(put, { ...ofUnknown, pid: 77, current: false, indexed: null })),
  "index-lost": () => fakeParts({ unindexed: [put] }),
  "linearizable-registers": () =>
    edited({}, ({ operations: all }) => ({
      operations: all.map((op) => (op.read && op.outcome === "ok" ? { ...op, read: { ...op.read, writer: 7 } } : op)),
    })),
  redundancy: () => fakeParts(strict({ redundancySeconds: 1 })),
  "initial-replication": () =>
    edited({ resources: 10 }, ({ run, events }) => {
      const order = { kind: "start-replication", afterSeconds: 0 } as const;
      const start = { replicated: true, resources: 10 };
      const fromMs = faultMsOf(PLAN);
      const operation = { type: "order", order: 0, kind: order.kind } as const;
      const seed: DrillEvent = { type: "phase", phase: "seed", atMs: 0 };
      const copied: DrillEvent[] = [
        { ...operation, state: "given", atMs: fromMs, detail: { ...order } },
        ...toldPlan(order.kind, "b", run.config, { fromMs, toMs: fromMs + 500 }),
        { ...operation, state: "done", atMs: fromMs + 501, detail: { seeded: 9 } },
      ];
      return {
        run: { ...run, scenario: { ...run.scenario, start, orders: [order] } },
        events: [seed, ...events, ...copied].toSorted((x, y) => x.atMs - y.atMs),
      };
    }),
  "stranded-saved": () => {
    const back = cameBack(fakeParts({ lost: [put], stranded: [put] }));
    return {
      ...back,
      saved: back.saved.map((version, i) => (i === 0 ? { ...version, pid: version.pid + 1 } : version)),
    };
  },
  "bulk-export": () => {
    const parts = exportParts();
    const first = parts.bulkExport.find((line) => line.type === "resource") as BulkExportLine;
    const longer = parts.bulkExport.map((line) =>
      line.type === "file" && line.file === 0 ? { ...line, lines: (line.lines ?? 0) + 1 } : line,
    );
    return { ...parts, bulkExport: ended([...longer, first]) };
  },
  "device-messages": () => withDevices(fakeParts(), { messages: 33, duplicated: ["d1:3"] }),
  "device-connections": () => {
    // Devices send until the drill quiesces.
    const parts = withDevices(fakeParts(), { messages: 33 });
    const lost: DeviceLine = { type: "disconnected", device: "d1", side: "a", atMs: 19_030 };
    return { ...parts, devices: withEnd([...parts.devices, lost], 19_040) };
  },
  "client-networks": () => sharedRecord(withNetworks(fakeParts(), (op) => (op.n === put ? { via: "10.9.9.9" } : {}))),
  "vault-return": () =>
    withVault(fakeParts(), {
      guards: "access",
      renewSeconds: 1800,
      ...{ away: { kind: "vault-partition", fromMs: faultMsOf(PLAN) + 300, toMs: faultMsOf(PLAN) + 1000 } },
      inVainMs: { a: [], b: [faultMsOf(PLAN) + 500] },
    }),
  "access-ends": () =>
    withVault(fakeParts(), {
      away: { kind: "key-revocation", fromMs: faultMsOf(PLAN) + 300, toMs: faultMsOf(PLAN) + 5000 },
      givenMs: { a: [0], b: [0, faultMsOf(PLAN) + 3000] },
    }),
  "stolen-data": () => withVault(fakeParts(), { stolen: 1 }),
  switchover: () => edited({ lost: [changed.n], ...strict({ lostWrites: 1 }) }, ordered),
};

/** A run with two runners, each with a ledger of its own. */
function sharedRecord(parts: Parts): RunRecord {
  const clock = { ...PLAN.clock, samples: 3 };
  return readRecord(sharedFiles(parts, [clock, clock]));
}

/** Writes without an answer in the outage were refused. */
function refusing(status: number, reason: string): Parts {
  return edited({}, ({ operations: all }) => ({
    operations: all.map((op) =>
      op.outcome === "info"
        ? { ...op, outcome: "fail", reason, status, servedBy: "a", completedMs: op.invokedMs + 30 }
        : op,
    ),
  }));
}

function edited(changes: Partial<Plan>, edit: (parts: Parts) => Partial<Parts>): Parts {
  const parts = fakeParts(changes);
  return { ...parts, ...edit(parts) };
}

/** Asks the API for what these writes were acknowledged with. */
function asked(parts: Parts): Partial<Parts> {
  return { ...parts, audit: withAsks(parts) };
}

/** A planned switchover to a site that already served, during which an acknowledged write was lost. */
function ordered({ run, events }: Parts): Partial<Parts> {
  const ackMs = changed.completedMs as number;
  const afterSeconds = (ackMs - 150 - faultMsOf(PLAN)) / 1000;
  const order = { kind: "switchover", to: "b", afterSeconds } as const;
  const event = (state: "given" | "done", atMs: number) =>
    ({ type: "order", order: 0, kind: "switchover", state, atMs, detail: { ...order } }) as const;
  const step = { type: "operator", plan: "switchover", step: "done", side: "b", tookMs: 200, detail: {} } as const;
  const load = { ...run.scenario.load, afterSeconds: run.scenario.load.afterSeconds - afterSeconds };
  return {
    run: { ...run, scenario: { ...run.scenario, load, orders: [order] } },
    events: [...events, event("given", ackMs - 150), { ...step, atMs: ackMs + 100 }, event("done", ackMs + 101)],
  };
}

/** The load ends with a single write that was not acknowledged. */
function endless(op: Parts["operations"][number]) {
  return op.n === 239 ? { ...op, outcome: "info" as const, stored: [] } : op;
}

describe("without its checker a defect goes unnoticed", () => {
  test.each(Object.keys(ONLY))("%s", (name) => {
    const made = (ONLY[name] as () => Parts | RunRecord)();
    const record = "history" in made ? made : recordOf(made);
    const others = CHECKERS.filter((checker) => checker.name !== name);
    expect(others).toHaveLength(CHECKERS.length - 1);
    const found = judge(record).checks.filter(
      (check) => check.verdict === "broken" || check.verdict === "inconclusive",
    );
    expect(found.map((check) => check.name)).toEqual([name]);
    expect(judge(record).verdict).not.toBe("holds");
    expect(judge(record, others).verdict).toBe("holds");
  });

  test("every checker is in the table, except those that only measure", () => {
    const measures = [
      ...[
        "stale-reads",
        "hidden-updates",
        "divergence",
        "latency",
        "carried-rate",
        "read-availability",
        "regressed-versions",
      ],
      ...["replication-lag", "resources", "across-regions"],
    ];
    expect(CHECKERS.map((checker) => checker.name).toSorted()).toEqual([...Object.keys(ONLY), ...measures].toSorted());
  });
});
