/** A version that was made long after its acknowledgement is not the one that was acknowledged. */
import { describe, expect, test } from "vitest";
import type { AuditRow } from "../model/record/audit.ts";
import { readRecord } from "../record/read-record.ts";
import { gatherFacts } from "./facts.ts";
import { hiddenUpdates } from "./hidden-updates.ts";
import { judge } from "./judge.ts";
import { onOwnSystem } from "./testing/fake-own.ts";
import { PLAN, type Plan } from "./testing/fake-plan.ts";
import { fakeParts, type Parts, recordOf } from "./testing/fake-run.ts";
import { sharedFiles } from "./testing/fake-runners.ts";

const { offsetMs, errorMs } = PLAN.clock;
const MOST_MS = 1000 + errorMs;
const { operations, events } = fakeParts();
const put = operations.find(({ kind, outcome }) => kind === "put" && outcome === "ok") as (typeof operations)[number];
const ackMs = put.completedMs as number;
const auditMs = events.find((event) => event.type === "phase" && event.phase === "audit")?.atMs as number;

type Edit = (parts: Parts) => Partial<Parts>;
/** B's rows of that write, made at that time. */
const made =
  (atMs: number | null, write = put.write): Edit =>
  ({ audit }) => ({
    audit: audit.map((line) =>
      line.type === "row" && line.side === "b" && line.write === write
        ? { ...line, updatedMs: atMs === null ? null : offsetMs + atMs }
        : line,
    ),
  });
const checked = (plan: Partial<Plan>, ...edits: Edit[]) => {
  const parts = fakeParts(plan);
  for (const edit of edits) Object.assign(parts, edit(parts));
  const record = recordOf(parts);
  return hiddenUpdates.check(record, gatherFacts(record));
};
const config =
  (changes: Partial<Parts["run"]["config"]>): Edit =>
  ({ run }) => ({ run: { ...run, config: { ...run.config, ...changes } } });
const skewed =
  (offsetSeconds: number): Edit =>
  ({ run }) => {
    const fault = { kind: "clock-skew", side: "b", offsetSeconds, afterSeconds: 0 } as const;
    return { run: { ...run, scenario: { ...run.scenario, faults: [...run.scenario.faults, fault] } } };
  };

describe("behind a proxy that sends to one site", () => {
  test("a version is made before it is acknowledged, as far as clocks tell", () => {
    expect(checked({}, made(ackMs + MOST_MS)).verdict).toBe("no-objective");
    expect(checked({}, made(ackMs + MOST_MS + 1))).toEqual({
      verdict: "inconclusive",
      reason: "1 acknowledged versions were made too late",
      evidence: [`${put.write}: Patient/${put.write}, version 1, was made 1.003 s too late`],
    });
  });

  test("and all are late if all look an hour younger", () => {
    const later: Edit = ({ audit }) => ({
      audit: audit.map((line) =>
        line.type === "row" && line.updatedMs ? { ...line, updatedMs: line.updatedMs + 3_600_000 } : line,
      ),
    });
    const parts = fakeParts();
    expect(judge(recordOf({ ...parts, ...later(parts) })).verdict).toBe("inconclusive");
    expect(judge(recordOf(parts)).verdict).toBe("holds");
  });

  test("one late resource makes the transaction late", () => {
    const bundle = operations.find(({ kind, outcome }) => kind === "bundle" && outcome === "ok");
    const one: Edit = ({ audit }) => {
      const isPart = (line: (typeof audit)[number]) =>
        line.type === "row" && line.side === "b" && line.write === bundle?.write;
      const last = audit.findLast(isPart) as AuditRow;
      return { audit: audit.map((line) => (line === last ? { ...last, updatedMs: offsetMs + auditMs } : line)) };
    };
    expect(checked({}, one).evidence).toHaveLength(1);
  });

  test("a write that was carried out again later was there before", () => {
    const again: Edit = ({ audit }) => ({
      audit: audit.flatMap((line) => {
        if (line.type === "rows-end" && line.side === "b") return [{ ...line, rows: line.rows + 1 }];
        if (line.type !== "row" || line.side !== "b" || line.write !== put.write) return [line];
        return [
          { ...line, current: false, indexed: null },
          { ...line, version: 2, pid: 77, updatedMs: offsetMs + auditMs },
        ];
      }),
    });
    expect(checked({}, again).verdict).toBe("no-objective");
  });

  test("a write that was not acknowledged, or is lost, may be late", () => {
    const unknown = operations.find(({ outcome }) => outcome === "info") as (typeof operations)[number];
    expect(checked({ happened: [unknown.n] }, made(auditMs + 9000, unknown.write)).verdict).toBe("no-objective");
    const bundle = operations.find(({ kind, outcome }) => kind === "bundle" && outcome === "ok");
    expect(checked({ torn: [bundle?.n as number] }, made(auditMs + 9000, bundle?.write)).verdict).toBe("no-objective");
  });
});

describe("what explains it", () => {
  const late = made(ackMs + 60_000);

  test("a clock that a fault set ahead, but not one that is behind", () => {
    expect(checked({}, late, skewed(60)).verdict).toBe("no-objective");
    expect(checked({}, late, skewed(50)).verdict).toBe("inconclusive");
    expect(checked({}, late, skewed(-60)).verdict).toBe("inconclusive");
  });

  test("a proxy that may have sent it to both sites, until the audit begins", () => {
    const tuned = config({ proxy: "tuned" });
    expect(checked({}, made(auditMs + MOST_MS), tuned).verdict).toBe("no-objective");
    expect(checked({}, made(auditMs + MOST_MS + 1), tuned).verdict).toBe("inconclusive");
  });

  test("that stranded writes are replayed, until the audit begins", () => {
    const replay: Edit = (parts) => {
      const { operator } = parts.run.config;
      return config({ operator: { ...operator, strandedWrites: "replay" } })(parts);
    };
    expect(checked({}, made(auditMs + MOST_MS), replay).verdict).toBe("no-objective");
    expect(checked({}, made(auditMs + MOST_MS + 1), replay).verdict).toBe("inconclusive");
  });

  test("one's own system, whose clocks are not known", () => {
    const parts = onOwnSystem(fakeParts());
    const own = recordOf({ ...parts, ...made(auditMs + 3_600_000)(parts) });
    expect(hiddenUpdates.check(own, gatherFacts(own)).verdict).toBe("no-objective");
  });
});

test("several runners do not share the server's clock", () => {
  const parts = fakeParts();
  const clocks = [-2_000_000, 0].map((ms) => ({ ...PLAN.clock, offsetMs: offsetMs + ms, samples: 3 }));
  const record = readRecord(sharedFiles({ ...parts, ...made(auditMs + 9000)(parts) }, clocks));
  expect(hiddenUpdates.check(record, gatherFacts(record)).verdict).toBe("no-objective");
});

describe("an audit that does not say when a version was made", () => {
  const recent: Edit = ({ run }) => ({ run: { ...run, record: 2 } });

  test("is an older one, or incomplete", () => {
    expect(checked({}, made(null)).verdict).toBe("no-objective");
    expect(checked({}, made(null), recent)).toMatchObject({
      verdict: "inconclusive",
      reason: "the audit does not say when 1 acknowledged versions were made",
    });
  });

  test("is as good as that of one's own system, which may not know it", () => {
    const parts = onOwnSystem(fakeParts());
    const own = recordOf({ ...parts, run: { ...parts.run, record: 2 }, ...made(null)(parts) });
    expect(hiddenUpdates.check(own, gatherFacts(own)).verdict).toBe("no-objective");
  });
});
