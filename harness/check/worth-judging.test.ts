import { describe, expect, test } from "vitest";
import type { AuditLine } from "../model/audit.ts";
import type { DrillEvent } from "../model/event.ts";
import type { RunRecord } from "../model/record.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { type Parts, plantedParts, plantedRun } from "./planted-run.ts";
import { worthJudging } from "./worth-judging.ts";

const healthy = plantedRun();
const checked = (record: RunRecord) => worthJudging.check(record, gatherFacts(record));

const withRun = (changes: Partial<RunRecord["run"]>): RunRecord => ({
  ...healthy,
  run: { ...healthy.run, ...changes },
});
const withLedger = (changes: Partial<RunRecord["ledger"]>): RunRecord => {
  return { ...healthy, ledger: { ...healthy.ledger, ...changes } };
};
const withFile = (name: "events" | "probes" | "audit", changes: Partial<RunRecord["ledger"]>): RunRecord => {
  return { ...healthy, legibility: { ...healthy.legibility, [name]: { ...healthy.legibility[name], ...changes } } };
};
const parts = plantedParts();
const withAudit = (change: (line: AuditLine, index: number) => AuditLine[]): RunRecord => {
  return plantedRun({}, ({ audit }) => ({ audit: audit.flatMap(change) }));
};
type Write = Parts["operations"][number];
const withWrite = (wanted: (op: Write) => boolean, changes: Partial<Write>): RunRecord => {
  const changed = ({ operations }: Parts) => operations.map((op) => (wanted(op) ? { ...op, ...changes } : op));
  return plantedRun({}, (planted) => ({ operations: changed(planted) }));
};
const k6 = { iterations: parts.operations.length, droppedIterations: 0, exitCode: 0 };
const firstRead = parts.audit.find((line) => line.type === "read");
const isFirstRead = (line: AuditLine): line is Extract<AuditLine, { type: "read" }> =>
  line.type === "read" && line.write === firstRead?.write && line.resource === firstRead.resource;
const lastWrite = parts.operations.length - 1;

test("a healthy run is worth judging, and holds", () => {
  expect(checked(healthy)).toMatchObject({ verdict: "holds" });
  expect(judge(healthy).verdict).toBe("holds");
});

const healing = { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 3 } as const;

test("a fault that was seen healed is worth judging", () => {
  const healed: DrillEvent = { type: "fault", fault: 0, kind: "link-cut", state: "healed", atMs: 9000, detail: {} };
  const record = withRun({ scenario: { ...healthy.run.scenario, faults: [healing] } });
  expect(checked({ ...record, events: [...record.events, healed] }).verdict).toBe("holds");
});

const DEFECTS: [string, RunRecord, RegExp][] = [
  ["the drill was interrupted", withRun({ state: "interrupted", reason: "Ctrl-C" }), /interrupted, Ctrl-C/],
  ["the drill failed", withRun({ state: "failed" }), /did not run to its end: failed/],
  ["the drill was killed", withRun({ state: "running" }), /did not run to its end: running/],
  [
    "the load never reached its rate",
    withWrite((op) => op.n % 5 === 0, { outcome: "info" }),
    /reached \d+\.\d of 20 writes/,
  ],
  ["no baseline", { ...healthy, events: healthy.events.filter((e) => e.type !== "phase") }, /no baseline/],
  ["k6 left no summary", withRun({ k6: null }), /no summary/],
  ["k6 dropped iterations", withRun({ k6: { ...k6, droppedIterations: 3 } }), /dropped 3 /],
  [
    "k6 counts more writes than the ledger",
    withRun({ k6: { ...k6, iterations: k6.iterations + 1 } }),
    /k6 counts 241 .* 240/,
  ],
  [
    "k6 counts fewer writes than the ledger",
    withRun({ k6: { ...k6, iterations: k6.iterations - 1 } }),
    /k6 counts 239 .* 240/,
  ],
  [
    "an answer is missing from the ledger",
    withWrite((op) => op.n === 9, { completedMs: null, outcome: "info" }),
    /k6 counts 240 .* 239 answered/,
  ],
  [
    "an answer is missing, whatever k6 counted",
    withWrite((op) => op.n === 9, { completedMs: null, outcome: "info" }),
    /1 writes have no recorded answer/,
  ],
  ["the ledger's last line is torn", withLedger({ torn: true }), /ledger is torn/],
  ["the events' last line is torn", withFile("events", { torn: true }), /torn in the file of events/],
  ["the audit's last line is torn", withFile("audit", { torn: true }), /torn in the file of audit/],
  [
    "a line of the ledger cannot be read",
    withLedger({ unreadable: ["line 3: noise"], unreadableCount: 1 }),
    /line 3: noise/,
  ],
  [
    "a line of the events cannot be read",
    withFile("events", { unreadable: ["line 4: no"], unreadableCount: 1 }),
    /line 4: no/,
  ],
  [
    "a line of the audit cannot be read",
    withFile("audit", { unreadable: ["line 5: no"], unreadableCount: 1 }),
    /line 5: no/,
  ],
  ["the ledger has an answer without a write", withLedger({ orphans: 1 }), /1 answers without a write/],
  ["the ledger says something twice", withLedger({ repeats: 2 }), /2 repeated lines/],
  ["k6's clock was set back", withLedger({ backwards: 3 }), /3 answers came before their write was sent/],
  ["k6's clock was never mapped", withRun({ clock: null }), /never mapped/],
  ["k6's clock is hardly known", withRun({ clock: { offsetMs: 0, errorMs: 51, samples: 2 } }), /within 51 ms/],
  [
    "nothing shows that the fault bit",
    {
      ...healthy,
      events: healthy.events.map((e) =>
        e.type === "fault" && e.state === "evidenced" ? { ...e, state: "not-evidenced" } : e,
      ),
    },
    /no evidence that the fault bit: region-loss/,
  ],
  [
    "the fault was to be healed, and nothing shows that it was",
    withRun({ scenario: { ...healthy.run.scenario, faults: [healing] } }),
    /no evidence that it was healed: link-cut/,
  ],
  [
    "the operator had failed over before the fault",
    plantedRun({ operator: { detectedMs: -500, latchedMs: -100 } }),
    /had failed over before anything was broken/,
  ],
  [
    "the fault was never injected",
    { ...healthy, events: healthy.events.filter((e) => e.type !== "fault" || e.state !== "injected") },
    /never injected/,
  ],
  [
    "no write was in flight at the fault",
    plantedRun({ injectMs: 5, outage: { afterMs: 60, ms: 3000 } }),
    /no write was in flight/,
  ],
  ["the other side's audit just ends", withAudit((line) => (line.side === "b" ? [line] : [])), /audit of A is not/],
  ["there are no probes", plantedRun({}, () => ({ probes: [] })), /nothing was probed/],
  [
    "the events just end",
    plantedRun({}, ({ events }) => ({ events: events.slice(0, -1) })),
    /the events are not whole: no audit/,
  ],
  ["there is no audit", plantedRun({}, () => ({ audit: [] })), /audit of B is not whole/],
  ["the audit lacks a row", withAudit((line, index) => (index === 7 ? [] : [line])), /audit of B is not whole/],
  [
    "the audit's rows have no end",
    withAudit((line) => (line.type === "rows-end" ? [] : [line])),
    /audit of B is not whole/,
  ],
  ["the audit lacks a read", withAudit((line) => (isFirstRead(line) ? [] : [line])), /audit of B is not whole/],
  [
    "the API was never asked",
    withAudit((line) => (line.type === "reads-end" ? [] : [line])),
    /audit of B is not whole/,
  ],
  [
    "a read got no answer",
    withAudit((line) => [isFirstRead(line) ? { ...line, status: 503, version: null } : line]),
    /audit of B is not whole/,
  ],
  [
    "the serving side could not be read",
    plantedRun({}, () => ({ audit: [{ type: "unreadable", side: "b", why: "connection refused" }] })),
    /audit of B is not whole: connection refused/,
  ],
  [
    "the API denies what the database has",
    withAudit((line) => [isFirstRead(line) ? { ...line, status: 404, version: null } : line]),
    /database and API disagree on 1 reads: .* answered 404 on b/,
  ],
  [
    "the API has what the database denies",
    withAudit((line) => {
      if (line.type === "row" && line.side === "b" && line.write === firstRead?.write) return [];
      return [line.type === "rows-end" && line.side === "b" ? { ...line, rows: line.rows - 1 } : line];
    }),
    /database and API disagree on 1 reads: .* answered 200 on b/,
  ],
  [
    "the last write was served by the old primary",
    withWrite((op) => op.n === lastWrite, { servedBy: "a" }),
    /acknowledged by a, not by b/,
  ],
  [
    "nobody knows who served the last write",
    withWrite((op) => op.n === lastWrite, { servedBy: "" }),
    /acknowledged by an unknown side/,
  ],
];

describe("not worth judging, and it says why", () => {
  test.each(DEFECTS)("%s", (_, record, reason) => {
    const finding = checked(record);
    expect(finding.verdict).toBe("inconclusive");
    expect(finding.evidence?.join("\n")).toMatch(reason);
    expect(judge(record).verdict).not.toBe("holds");
  });
});

test("what the other side holds may stay unknown", () => {
  const record = plantedRun({}, ({ audit }) => ({
    audit: [...audit.filter((line) => line.side === "b"), { type: "unreadable", side: "a", why: "it is gone" }],
  }));
  expect(checked(record).verdict).toBe("holds");
});

test("all that is wrong is told, not the first thing only", () => {
  const record = withRun({ state: "failed", k6: null, clock: null });
  expect(checked(record).evidence).toHaveLength(3);
});
