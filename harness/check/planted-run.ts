/** Makes the record of a planned run, and the files it would be in. Pure. */
import type { AuditLine, AuditRow } from "../model/audit.ts";
import type { DrillEvent } from "../model/event.ts";
import type { CompleteLine, InvokeLine } from "../model/ledger.ts";
import type { Operation } from "../model/operation.ts";
import type { LedgerNotes, RunRecord } from "../model/record.ts";
import { RUN_SCHEMA, type Run } from "../model/run.ts";
import { kindOfWrite, writeId } from "../model/write.ts";
import { PLAN, type Plan } from "./planted-plan.ts";

const FIRST_WRITE_MS = 2000;
const TIMEOUT_MS = 5000;
const MIX = { put: 6, post: 3, bundle: 1 };

export const faultMsOf = (plan: Plan) => FIRST_WRITE_MS + (plan.warmUpSeconds + plan.baselineSeconds) * 1000 + 37;

export function plantedRun(changes: Partial<Plan> = {}): RunRecord {
  const plan = { ...PLAN, ...changes };
  const operations = writesOf(plan);
  const events = eventsOf(plan);
  const audit = auditOf(plan, operations);
  const legible = (lines: number) => ({ lines, torn: false, unreadable: [], unreadableCount: 0 });
  const ledger: LedgerNotes = { ...legible(2 * operations.length), orphans: 0, repeats: 0 };
  const legibility = { events: legible(events.length), probes: legible(0), audit: legible(audit.length) };
  return { run: runOf(plan, operations.length), operations, events, probes: [], audit, ledger, legibility };
}

function writesOf(plan: Plan): Operation[] {
  const faultMs = faultMsOf(plan);
  const downMs = plan.outage ? faultMs + plan.outage.afterMs : Number.POSITIVE_INFINITY;
  const upMs = plan.outage ? downMs + (plan.outage.ms ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const switchedMs = plan.operator ? faultMs + plan.operator.latchedMs : Number.POSITIVE_INFINITY;
  const seconds = plan.warmUpSeconds + plan.baselineSeconds + plan.afterSeconds;
  return Array.from({ length: seconds * plan.ratePerSecond }, (_, n) => {
    const write = writeId(plan.seed, n);
    const kind = kindOfWrite(plan.seed, n, MIX);
    const invokedMs = FIRST_WRITE_MS + Math.round((n * 1000) / plan.ratePerSecond);
    const known = { write, n, kind, invokedMs, line: 2 * n + 2 };
    const inOutage = invokedMs + plan.tookMs >= downMs && invokedMs < upMs && !plan.through.includes(n);
    if (inOutage && (!plan.held || upMs === Number.POSITIVE_INFINITY)) {
      const unknown = { completedMs: invokedMs + TIMEOUT_MS, status: 0, stored: [], servedBy: "" };
      return { ...known, ...unknown, outcome: "info", reason: "timeout" };
    }
    const completedMs = (inOutage ? upMs : invokedMs) + plan.tookMs;
    const servedBy = completedMs < switchedMs ? "a" : "b";
    const stored = resourcesOf(known).map((resource) => `${resource}/1`);
    return { ...known, completedMs, status: 201, stored, servedBy, outcome: "ok", reason: "acknowledged" };
  });
}

function resourcesOf({ kind, write, n }: Pick<Operation, "kind" | "write" | "n">): string[] {
  if (kind === "put") return [`Patient/${write}`];
  const first = 1000 + 3 * n;
  return kind === "post"
    ? [`Patient/${first}`]
    : [`Patient/${first}`, `Observation/${first + 1}`, `Observation/${first + 2}`];
}

function eventsOf(plan: Plan): DrillEvent[] {
  const faultMs = faultMsOf(plan);
  const phase = (phase: string, atMs: number): DrillEvent => ({ type: "phase", phase, atMs });
  const fault = (state: "injecting" | "injected" | "evidenced", afterMs: number): DrillEvent => {
    return { type: "fault", fault: 0, kind: "region-loss", state, atMs: faultMs + afterMs, detail: {} };
  };
  const step = (step: "detected" | "latched", side: "a" | "b", afterMs: number): DrillEvent => {
    return { type: "operator", step, side, atMs: faultMs + afterMs, tookMs: 1, detail: {} };
  };
  const { operator, injectMs } = plan;
  return [
    phase("baseline", FIRST_WRITE_MS + plan.warmUpSeconds * 1000),
    ...[fault("injecting", 0), fault("injected", injectMs), fault("evidenced", injectMs + 30)],
    ...(operator ? [step("detected", "a", operator.detectedMs), step("latched", "b", operator.latchedMs)] : []),
    phase("quiesce", faultMs + plan.afterSeconds * 1000 + TIMEOUT_MS),
  ];
}

function auditOf(plan: Plan, operations: readonly Operation[]): AuditLine[] {
  const [serving, other] = plan.operator ? (["b", "a"] as const) : (["a", "b"] as const);
  const has = (side: "a" | "b", op: Operation): string[] => {
    const all = resourcesOf(op);
    if (op.outcome !== "ok") return side === serving && plan.happened.includes(op.n) ? all : [];
    const missed = plan.lost.includes(op.n) || plan.torn.includes(op.n);
    if (side === other) return missed ? (plan.stranded.includes(op.n) ? all : []) : op.servedBy === other ? all : [];
    return plan.lost.includes(op.n) ? [] : plan.torn.includes(op.n) ? all.slice(0, 1) : all;
  };
  const rows = (side: "a" | "b"): AuditRow[] =>
    operations.flatMap((op) =>
      has(side, op).map((resource) => {
        return { type: "row", side, write: op.write, resource, version: 1, deleted: false, body: null };
      }),
    );
  const asked = operations.filter(
    (op) => op.outcome === "ok" && (has(serving, op).length < op.stored.length || op.n % 7 === 0),
  );
  const reads = asked.flatMap((op) =>
    resourcesOf(op).map((resource): AuditLine => {
      const answer = has(serving, op).includes(resource) ? { status: 200, version: 1 } : { status: 404, version: null };
      return { type: "read", side: serving, write: op.write, resource, ...answer };
    }),
  );
  const end = (side: "a" | "b"): AuditLine => ({ type: "rows-end", side, rows: rows(side).length, postgres: "17" });
  const readsEnd: AuditLine = { type: "reads-end", side: serving, reads: reads.length };
  return [...rows(serving), end(serving), ...reads, readsEnd, ...rows(other), end(other)];
}

function runOf(plan: Plan, writes: number): Run {
  const { ratePerSecond, warmUpSeconds, baselineSeconds, afterSeconds } = plan;
  const load = {
    ratePerSecond,
    warmUpSeconds,
    baselineSeconds,
    afterSeconds,
    mix: MIX,
    timeoutSeconds: TIMEOUT_MS / 1000,
  };
  const faults = [{ kind: "region-loss" as const, side: "a" as const, afterSeconds: 0 }];
  const operator = { probeIntervalMs: 500, probeTimeoutMs: 1000, failedProbes: 3 };
  const { objectives } = plan;
  return {
    ...{ schema: RUN_SCHEMA, id: "planted", state: "complete", reason: null, startedAt: "2026-01-01T00:00:00.000Z" },
    seed: plan.seed,
    scenario: { name: "planted", asks: "Is the truth found?", goodAnswer: "It is.", load, faults, disaster: 0 },
    config: { name: "planted", is: "a plan", replication: "async", operator, objectives },
    ...{ command: "none", versions: {}, images: [], host: {}, setup: [], servingSide: plan.operator ? "b" : "a" },
    clock: { ...plan.clock, samples: 3 },
    k6: { iterations: writes, droppedIterations: 0, exitCode: 0 },
  };
}

/** The record as the files of a run folder, by their names without ending; the ledger by k6's clock, in order of time. */
export function filesOf({ run, operations, events, probes, audit }: RunRecord) {
  const offsetMs = run.clock?.offsetMs ?? 0;
  const lines = operations.flatMap(({ write, n, kind, invokedMs, completedMs, status, stored, servedBy }) => {
    const invoke: InvokeLine = { type: "invoke", write, n, kind, epochMs: invokedMs + offsetMs };
    const answer = { status, stored, servedBy, errorCode: status === 0 ? 1050 : 0, error: "" };
    const complete: CompleteLine = { type: "complete", write, epochMs: (completedMs ?? 0) + offsetMs, ...answer };
    return completedMs === null ? [invoke] : [invoke, complete];
  });
  const text = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
  const ledger = text(lines.toSorted((x, y) => x.epochMs - y.epochMs));
  return { run: JSON.stringify(run), ledger, events: text(events), probes: text(probes), audit: text(audit) };
}
