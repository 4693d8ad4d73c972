/** Makes the record of a planned run, and the files that would hold it. Pure. */
import { Contents } from "../../model/columns/contents.ts";
import { History } from "../../model/columns/history.ts";
import type { Operation } from "../../model/columns/operation.ts";
import type { CompleteLine, InvokeLine, LedgerLine, LookLine, ReadLine } from "../../model/load/ledger.ts";
import { Names } from "../../model/load/names.ts";
import { writeId } from "../../model/load/write.ts";
import type { AuditLine } from "../../model/record/audit.ts";
import type { BulkExportLine } from "../../model/record/bulk-export.ts";
import type { BridgeLine, DeviceLine, HeldLine } from "../../model/record/device.ts";
import type { DrillEvent } from "../../model/record/event.ts";
import type { ProbeLine } from "../../model/record/probe.ts";
import type { LedgerNotes, RegisterLook, RunRecord } from "../../model/record/record.ts";
import { RUN_SCHEMA, type Run } from "../../model/record/run.ts";
import { type StrandedVersion, savedIn, strandedBundle } from "../../model/record/stranded.ts";
import type { VaultLine } from "../../model/record/vault.ts";
import type { WalLine } from "../../model/record/wal.ts";
import { auditOf } from "./fake-audit.ts";
import { PLAN, type Plan } from "./fake-plan.ts";
import { toldPlan } from "./fake-steps.ts";
import { answerTo, FAULTS, FIRST_WRITE_MS, faultMsOf, loadOf, RUNNER, TIMEOUT_MS, writesOf } from "./fake-writes.ts";

/** A record before it is packed into columns, for tests to change. */
export interface Parts {
  run: Run;
  operations: Operation[];
  looks: RegisterLook[];
  events: DrillEvent[];
  probes: ProbeLine[];
  audit: AuditLine[];
  /** What a site held when it came back, and what was saved of it. */
  returned: AuditLine[];
  saved: StrandedVersion[];
  wal: WalLine[];
  bulkExport: BulkExportLine[];
  /** The ledgers of devices; empty without devices. */
  devices: DeviceLine[];
  bridges: BridgeLine[];
  held: HeldLine[];
  /** Empty without a vault. */
  vault: VaultLine[];
}

export function fakeParts(changes: Partial<Plan> = {}): Parts {
  const plan = { ...PLAN, ...changes };
  const operations = writesOf(plan);
  const run = runOf(plan, operations.length);
  const recorded = { events: eventsOf(plan), probes: probesOf(plan), audit: auditOf(plan, operations) };
  const back = {
    looks: [],
    returned: [],
    saved: [],
    wal: [],
    bulkExport: [],
    devices: [],
    bridges: [],
    held: [],
    vault: [],
  };
  return { run, operations, ...recorded, ...back };
}

export function recordOf({
  run,
  operations,
  looks,
  events,
  probes,
  audit: lines,
  wal,
  bulkExport,
  vault,
  ...back
}: Parts): RunRecord {
  const devices = { sent: back.devices, bridged: back.bridges, held: back.held };
  const names = new Names(run.seed);
  const history = History.of(run.seed, names, operations);
  const audit = { a: new Contents("a", run.seed, names), b: new Contents("b", run.seed, names) };
  for (const line of lines) audit[line.side].add(line);
  const returned = back.returned.slice(0, 1).map(({ side }) => new Contents(side, run.seed, names));
  for (const line of back.returned) returned[0]?.add(line);
  const saved = savedIn(strandedBundle(back.saved));
  const legible = (count: number) => ({ lines: count, torn: false, unreadable: [], unreadableCount: 0 });
  const ledger: LedgerNotes = {
    ...legible(linesOf(operations, 0).length),
    orphans: 0,
    repeats: 0,
    byAnother: 0,
    outOfOrder: 0,
    backwards: 0,
    ofRunners: [],
  };
  const legibility = {
    events: legible(events.length),
    probes: legible(probes.length),
    audit: legible(lines.length),
    returned: legible(back.returned.length),
    wal: legible(wal.length),
    bulkExport: legible(bulkExport.length),
    devices: legible(back.devices.length),
    bridges: legible(back.bridges.length),
    held: legible(back.held.length),
    vault: legible(vault.length),
  };
  return {
    ...{
      run,
      history,
      looks,
      events,
      probes,
      audit,
      returned,
      saved,
      wal,
      bulkExport,
      devices,
      vault,
      ledger,
      legibility,
    },
    brokenSeals: null,
  };
}

export function fakeRun(changes: Partial<Plan> = {}, edit: (parts: Parts) => Partial<Parts> = () => ({})): RunRecord {
  const parts = fakeParts(changes);
  return recordOf({ ...parts, ...edit(parts) });
}

function eventsOf(plan: Plan): DrillEvent[] {
  const faultMs = faultMsOf(plan);
  const phase = (phase: string, atMs: number): DrillEvent => ({ type: "phase", phase, atMs });
  const fault = (state: "injecting" | "injected" | "evidenced", afterMs: number): DrillEvent => {
    const detail = state === "injecting" ? { ...scenario.faults[0] } : {};
    return { type: "fault", fault: 0, kind: "region-loss", state, atMs: faultMs + afterMs, detail };
  };
  const { operator, injectMs } = plan;
  const { config, scenario } = runOf(plan, 0);
  const failover = operator && {
    fromMs: faultMs + operator.detectedMs,
    toMs: faultMs + operator.routedMs,
  };
  const endMs = faultMs + plan.afterSeconds * 1000 + TIMEOUT_MS;
  return [
    phase("warm-up", FIRST_WRITE_MS),
    phase("baseline", FIRST_WRITE_MS + plan.warmUpSeconds * 1000),
    ...[fault("injecting", 0), fault("injected", injectMs), fault("evidenced", injectMs + 30)],
    ...(failover ? toldPlan("failover", "b", config, failover) : []),
    ...[phase("after", faultMs + injectMs + 30), phase("quiesce", endMs), phase("audit", endMs + 1)],
  ].toSorted((x, y) => x.atMs - y.atMs);
}

/** B follows A closely, and nobody once it serves itself. The prober meets the same outage as the load. */
function probesOf(plan: Plan): ProbeLine[] {
  const faultMs = faultMsOf(plan);
  const seconds = plan.warmUpSeconds + plan.baselineSeconds + plan.afterSeconds;
  const every = (ms: number) => Array.from({ length: (1000 * seconds) / ms }, (_, i) => FIRST_WRITE_MS + ms * i);
  const lag = every(250).map((atMs): ProbeLine => {
    const heartbeatMs = plan.operator && atMs >= faultMs ? null : 80;
    return { type: "replication-lag", from: "a", atMs, heartbeatMs, lsnBytes: 0 };
  });
  const serves = (atMs: number) => (plan.operator && atMs >= faultMs + plan.operator.routedMs ? "b" : "a");
  const availability = every(200).map((sentMs): ProbeLine => {
    const { doneMs, ok } = answerTo(sentMs, plan);
    const answer = ok ? { ok, status: 200, servedBy: serves(doneMs) } : { ok, status: 502, servedBy: "" };
    return { type: "availability", sentMs, doneMs, ...answer };
  });
  const health = every(500).map((sentMs): ProbeLine => {
    const ok = serves(sentMs) === "b" || answerTo(sentMs, plan).ok;
    return {
      type: "health",
      side: serves(sentMs),
      sentMs,
      doneMs: sentMs + 3,
      ok,
      why: ok ? "status 200" : "status 502",
    };
  });
  const recordedMs = (probe: ProbeLine) => ("atMs" in probe ? probe.atMs : probe.doneMs);
  return [...lag, ...availability, ...health].toSorted((x, y) => recordedMs(x) - recordedMs(y));
}

function runOf(plan: Plan, writes: number): Run {
  const { ratePerSecond } = plan;
  const load = loadOf(plan);
  const operator = {
    ...{ probeIntervalMs: 500, probeTimeoutMs: 1000, failedProbes: 3 },
    ...{
      decisionSeconds: 0,
      graceSeconds: 0,
      catchUpSeconds: 0,
      standby: "cold" as const,
      strandedWrites: "save" as const,
      jobs: "requeue" as const,
    },
  };
  const setup = {
    replication: "async",
    proxy: "latched",
    fencing: true,
    clientRetry: "none",
    patroni: null,
    own: null,
    devices: null,
    privateLink: null,
    vault: null,
  } as const;
  const { objectives } = plan;
  return {
    ...{
      schema: RUN_SCHEMA,
      record: 1,
      id: "fake",
      state: "complete",
      reason: null,
      startedAt: "2026-01-01T00:00:00.000Z",
    },
    seed: plan.seed,
    scenario: {
      name: "fake",
      asks: "Is the truth found?",
      goodAnswer: "It is.",
      start: { replicated: true, resources: plan.resources },
      load,
      faults: [...FAULTS],
      orders: [],
      bulkExport: null,
      devices: null,
      disaster: 0,
    },
    config: { name: "fake", is: "a plan", ...setup, operator, objectives },
    ...{
      command: "none",
      versions: { fhirdrill: "fake" },
      images: [],
      host: {},
      setup: [],
      servingSide: plan.operator ? "b" : "a",
    },
    ...{ prices: null, dialect: null, targets: [] },
    warmUp: { tookMs: plan.warmUpSeconds * 1000, steady: true, ratePerSecond, medianMs: 10, p95Ms: 20 },
    runners: [RUNNER],
    privateLink: null,
    clock: { ...plan.clock, samples: 3 },
    k6: { iterations: writes, droppedIterations: 0, exitCode: 0 },
  };
}

/** The files of a run folder, by name without extension; the ledger by k6's clock, in order of time. */
export function filesOf({
  run,
  operations,
  looks,
  events,
  probes,
  audit,
  returned,
  saved,
  wal,
  bulkExport,
  devices,
  bridges,
  held,
  vault,
}: Parts) {
  const text = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
  const offsetMs = run.clock?.offsetMs ?? 0;
  const ofLoad = [...linesOf(operations, offsetMs), ...looks.map((look) => lookLine(look, run.seed, offsetMs))];
  const ledger = text(ofLoad.toSorted((x, y) => x.epochMs - y.epochMs));
  const lines = {
    ledger,
    events: text(events),
    probes: text(probes),
    audit: text(audit),
    returned: text(returned),
    wal: text(wal),
    bulkExport: text(bulkExport),
    devices: text(devices),
    bridges: text(bridges),
    held: text(held),
    vault: text(vault),
  };
  const stranded = saved.length > 0 ? JSON.stringify(strandedBundle(saved)) : "";
  return { run: JSON.stringify(run), ...lines, stranded };
}

function lookLine(
  { sentMs, doneMs, writer, runner: r, ...look }: RegisterLook,
  seed: number,
  offsetMs: number,
): LookLine {
  const times = { sentEpochMs: sentMs + offsetMs, epochMs: doneMs + offsetMs };
  return { type: "look", ...look, ...times, writer: writer === null ? null : writeId(seed, writer), r };
}

export function linesOf(operations: readonly Operation[], offsetMs: number): LedgerLine[] {
  return operations.flatMap((op) => {
    const { write, n, kind, invokedMs, completedMs, status, stored, servedBy, via, read, reason, runner: r } = op;
    const lines: LedgerLine[] = [];
    const invoke: InvokeLine = { type: "invoke", write, n, kind, epochMs: invokedMs + offsetMs, r };
    lines.push(invoke);
    if (read !== null) {
      const seed = Number.parseInt(write.slice(1), 36);
      const found = { version: read.version, writer: read.writer === null ? null : writeId(seed, read.writer) };
      const times = { sentEpochMs: read.sentMs + offsetMs, epochMs: read.doneMs + offsetMs };
      lines.push({ type: "read", write, status: 200, servedBy: "a", ...times, ...found, r } satisfies ReadLine);
    }
    if (completedMs === null) return lines;
    const errorCode = status !== 0 ? 0 : reason === "name-not-found" ? 1101 : 1050;
    const answer = { status, stored, servedBy, errorCode, error: "", ...(via === undefined ? {} : { via }) };
    lines.push({ type: "complete", write, epochMs: completedMs + offsetMs, ...answer, r } satisfies CompleteLine);
    return lines;
  });
}
