/**
 * A fake record of any length on disk, line by line, with all files that grow: 50 writes a second of the default mix,
 * to servers that assign UUIDs. There are three outages of five seconds: region A is lost and B takes over, and twice
 * B's database is frozen. What A acknowledged just before its loss is not on B, but still on A. As in a drill, the API
 * is read for two minutes.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fakeParts } from "../harness/check/testing/fake-run.ts";
import { toldPlan } from "../harness/check/testing/fake-steps.ts";
import { MIX, RUNNER, resourcesOf } from "../harness/check/testing/fake-writes.ts";
import { wantedReads } from "../harness/model/columns/wanted-reads.ts";
import { wantedSearches } from "../harness/model/columns/wanted-searches.ts";
import { beforeLoad } from "../harness/model/load/before-load.ts";
import { fingerprint } from "../harness/model/load/content.ts";
import type { CompleteLine, LedgerLine } from "../harness/model/load/ledger.ts";
import {
  kindOfWrite,
  planWrite,
  REGISTERS,
  registerIdPrefix,
  registerOf,
  type WriteKind,
  writeId,
  writeNumber,
} from "../harness/model/load/write.ts";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import { jitterMs } from "../harness/model/plan/scenario.ts";
import type { AuditLine, AuditRow } from "../harness/model/record/audit.ts";
import type { DrillEvent } from "../harness/model/record/event.ts";
import type { ProbeLine } from "../harness/model/record/probe.ts";
import type { Run } from "../harness/model/record/run.ts";
import { RECORD_FILES } from "../harness/model/record/seal.ts";
import { readRecord } from "../harness/record/read-record.ts";
import { RunFolder } from "../harness/store/run-folder.ts";
import { asServersName } from "./server-names.ts";

const SEED = 4711;
const RATE = 50;
const STEP_MS = 1000 / RATE;
const TOOK_MS = 12;
const TIMEOUT_MS = 5000;
const OUTAGE_MS = 5000;
const [WARM_MS, BASELINE_MS] = [1000, 1000];
const LOST_WITHIN_MS = 1000;
/** Reads of resources in two minutes; in addition, one search for each lost write. */
const MOST_READ = 40_000;
const EPOCH_MS = 1_790_000_000_000;

interface Course {
  writes: number;
  /** When each outage begins; the first is the loss of A. */
  outagesMs: number[];
}

export interface MadeUp {
  folder: RunFolder;
  /** Acknowledged, but not on B. */
  lost: number;
}

/** At least 3,000 writes, so that a minute holds the three outages. */
export function writeMadeUpRecord(path: string, writes: number): MadeUp {
  const loadMs = writes * STEP_MS;
  const course = { writes, outagesMs: [1, 2, 3].map((quarter) => Math.round((quarter * loadMs) / 4)) };
  const folder = new RunFolder(path);
  folder.create();
  const run = runOf(course);
  folder.writeRun(run);
  toFile(folder, RECORD_FILES.events, eventsOf(course, run));
  toFile(folder, RECORD_FILES.probes, probesOf(course));
  toFile(folder, RECORD_FILES.ledger, ledgerOf(course));
  toFile(folder, RECORD_FILES.audit, audited(folder, course));
  folder.seal();
  let lost = 0;
  for (let n = 0; n < writes; n += 1) if (isLost(course, n)) lost += 1;
  return { folder, lost };
}

const sentMs = (n: number) => n * STEP_MS;
const isAway = ({ outagesMs }: Course, ms: number) =>
  outagesMs.some((fromMs) => ms >= fromMs && ms < fromMs + OUTAGE_MS);
const kindOf = (n: number) => kindOfWrite(SEED, n, MIX);

/** Updates are not lost: the next update would then get the same version. */
function isLost({ outagesMs: [lossMs = 0] }: Course, n: number): boolean {
  return sentMs(n) < lossMs && sentMs(n) >= lossMs - LOST_WITHIN_MS && kindOf(n) !== "update";
}

function namesOf(n: number, kind: WriteKind): string[] {
  return resourcesOf({ kind, write: writeId(SEED, n), n }, SEED).map(asServersName);
}

function runOf({ writes, outagesMs }: Course): Run {
  const { run } = fakeParts();
  const freeze: FaultSpec = { kind: "freeze", part: "pg-b", afterSeconds: 0, healAfterSeconds: OUTAGE_MS / 1000 };
  const actsFromMs = WARM_MS + BASELINE_MS + jitterMs(SEED);
  const [first, ...rest] = outagesMs.map((ms) => (ms - actsFromMs) / 1000) as [number, ...number[]];
  const faults: FaultSpec[] = [
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: first },
    ...rest.map((afterSeconds) => ({ ...freeze, afterSeconds })),
  ];
  // The load runs for the last third of the warm-up.
  const phases = { warmUpSeconds: (3 * WARM_MS) / 1000, baselineSeconds: BASELINE_MS / 1000 };
  const load = { ...run.scenario.load, ratePerSecond: RATE, mix: MIX, ...phases };
  const lastActMs = (outagesMs.at(-1) as number) + OUTAGE_MS - jitterMs(SEED);
  const afterSeconds = (writes * STEP_MS - lastActMs) / 1000;
  return {
    ...run,
    seed: SEED,
    scenario: { ...run.scenario, name: "made-up", load: { ...load, afterSeconds }, faults, disaster: 0 },
    clock: { offsetMs: EPOCH_MS, errorMs: 1, samples: 3 },
    k6: { iterations: writes, droppedIterations: 0, exitCode: 0 },
    servingSide: "b",
  };
}

function eventsOf({ writes, outagesMs }: Course, run: Run): DrillEvent[] {
  const phase = (name: string, atMs: number): DrillEvent => ({ type: "phase", phase: name, atMs });
  const endMs = writes * STEP_MS + TIMEOUT_MS;
  const faults = outagesMs.flatMap((fromMs, index): DrillEvent[] => {
    const spec = run.scenario.faults[index] as FaultSpec;
    const of = { type: "fault", fault: index, kind: spec.kind } as const;
    const begun: DrillEvent[] = [
      { ...of, state: "injecting", atMs: fromMs, detail: { ...spec } },
      { ...of, state: "injected", atMs: fromMs + 1, detail: {} },
      { ...of, state: "evidenced", atMs: fromMs + 20, detail: {} },
    ];
    const endedMs = index === 0 ? endMs : fromMs + OUTAGE_MS;
    const seen = { looks: Math.ceil((endedMs - fromMs) / 500), longestUnseenMs: 520 };
    const lasted: DrillEvent = { ...of, state: "lasted", atMs: endedMs - 30, detail: seen };
    if (index === 0) return [...begun, lasted];
    return [...begun, lasted, { ...of, state: "healed", atMs: endedMs, detail: { orderedMs: endedMs - 20 } }];
  });
  const [lossMs] = outagesMs as [number];
  const failover = { fromMs: lossMs + 1500, toMs: lossMs + OUTAGE_MS - 100 };
  return [
    phase("warm-up", -1000),
    phase("baseline", WARM_MS),
    ...faults,
    ...toldPlan("failover", "b", run.config, failover),
    phase("after", (outagesMs.at(-1) as number) + OUTAGE_MS + 1),
    phase("quiesce", endMs),
    phase("audit", endMs + 1),
  ].toSorted((x, y) => x.atMs - y.atMs);
}

/** Probes of each kind, at the rate of a drill. */
function* probesOf(course: Course): Generator<ProbeLine> {
  const [lossMs] = course.outagesMs as [number];
  const parts = ["hapi-a", "hapi-b", "pg-a", "pg-b", "nginx"] as const;
  for (let atMs = 0; atMs < course.writes * STEP_MS; atMs += 50) {
    const ok = !isAway(course, atMs);
    const side = atMs < lossMs + OUTAGE_MS ? "a" : "b";
    if (atMs % 200 === 0) {
      const answer = ok ? { ok, status: 201, servedBy: side } : { ok, status: 502, servedBy: "" };
      yield { type: "availability", sentMs: atMs + 0.211, doneMs: atMs + 9.377, ...answer };
    }
    if (atMs % 250 === 0) {
      const heartbeatMs = atMs < lossMs ? 105.522 : null;
      yield {
        type: "replication-lag",
        from: "a",
        atMs: atMs + 10.401,
        heartbeatMs,
        lsnBytes: atMs < lossMs ? 2280 : null,
      };
    }
    if (atMs % 500 === 0)
      yield {
        type: "health",
        side,
        sentMs: atMs + 0.418,
        doneMs: atMs + 12.877,
        ok,
        why: ok ? "status 201" : "status 502",
      };
    if (atMs % 1000 !== 0) continue;
    const used = {
      tookMs: 15.547,
      cpuSeconds: atMs / 4000,
      memoryBytes: 633_196_544,
      receivedBytes: atMs,
      sentBytes: atMs,
    };
    for (const part of parts) yield { type: "resources", part, atMs: atMs + 20.512, ...used };
    const waitedSeconds = { cpu: 0.12, io: 0.01, memory: 0 };
    const machine = { cores: 2, busySeconds: 0.9, stolenSeconds: 0, harnessSeconds: 0.05, waitedSeconds, why: null };
    yield { type: "machine", fromMs: atMs - 1000 + 30, atMs: atMs + 30, ...machine };
  }
}

function* ledgerOf(course: Course): Generator<LedgerLine> {
  const registers = Array.from({ length: REGISTERS }, () => ({ version: 1, writer: null as string | null }));
  const waiting: CompleteLine[] = [];
  for (let n = 0; n < course.writes; n += 1) {
    const [write, kind, epochMs] = [writeId(SEED, n), kindOf(n), EPOCH_MS + sentMs(n)];
    while (waiting[0] !== undefined && waiting[0].epochMs <= epochMs) yield waiting.shift() as CompleteLine;
    yield { type: "invoke", write, n, kind, epochMs, r: RUNNER };
    const answer = { type: "complete", write, errorCode: 0, error: "", r: RUNNER } as const;
    if (isAway(course, sentMs(n))) {
      const none = { status: 0, errorCode: 1050, error: "request timeout", stored: [], servedBy: "" };
      // An update that could not be read before is not sent.
      const unsent = kind === "update" ? { unsent: true as const } : {};
      waiting.push({ ...answer, ...none, ...unsent, epochMs: epochMs + TIMEOUT_MS });
      continue;
    }
    const servedBy = sentMs(n) < (course.outagesMs[0] as number) ? "a" : "b";
    const register = kind === "update" ? registers[registerOf(n)] : undefined;
    if (register) {
      yield {
        type: "read",
        write,
        sentEpochMs: epochMs,
        epochMs: epochMs + 3,
        status: 200,
        ...register,
        servedBy,
        r: RUNNER,
      };
      register.version += 1;
      register.writer = write;
    }
    const stored = namesOf(n, kind).map((name) => `${name}/${register?.version ?? 1}`);
    yield { ...answer, epochMs: epochMs + TOOK_MS, status: 201, stored, servedBy };
  }
  yield* waiting;
}

function* audited(folder: RunFolder, course: Course): Generator<AuditLine> {
  yield* rowsOf(course, "b");
  yield* rowsOf(course, "a");
  yield* asksOf(folder);
}

function* rowsOf(course: Course, side: "a" | "b"): Generator<AuditLine> {
  const newest = new Int32Array(REGISTERS).fill(-1);
  const wrote = (n: number) => !isAway(course, sentMs(n)) && !(side === "b" && isLost(course, n));
  for (let n = 0; n < course.writes; n += 1) if (kindOf(n) === "update" && wrote(n)) newest[registerOf(n)] = n;
  const versions = new Int32Array(REGISTERS).fill(1);
  let rows = 0;
  const row = (
    changes: Pick<AuditRow, "write" | "resource" | "version" | "content" | "refersTo" | "pid">,
    current: boolean,
  ) => {
    rows += 1;
    const of = { type: "row", side, deleted: false, current, indexed: current ? true : null } as const;
    return { ...of, updatedMs: EPOCH_MS, ...changes };
  };
  for (const [register, { id, path, body }] of beforeLoad(SEED, prepared).registers.entries())
    yield row(
      { write: id, resource: path, version: 1, content: fingerprint(body), refersTo: null, pid: register },
      newest[register] === -1,
    );
  for (let n = 0; n < course.writes; n += 1) {
    if (!wrote(n)) continue;
    const { id: write, kind } = planWrite(SEED, n, MIX);
    const register = registerOf(n);
    if (kind === "update") versions[register] = (versions[register] as number) + 1;
    const version = kind === "update" ? (versions[register] as number) : 1;
    const names = namesOf(n, kind);
    for (const [i, content] of contentsOf(n).entries()) {
      const refersTo = i === 0 ? null : (names[0] as string);
      const isCurrent = kind !== "update" || newest[register] === n;
      // A copy has its original's number.
      const pid = REGISTERS + 3 * n + i;
      yield row({ write, resource: names[i] as string, version, content, refersTo, pid }, isCurrent);
    }
  }
  yield { type: "rows-end", side, rows, postgres: "17" };
}

const prepared = { load: { mix: MIX }, start: { resources: 0 } };

function contentsOf(n: number): number[] {
  const { entry } = planWrite(SEED, n, MIX).body as { entry?: { resource: object }[] };
  return (entry ? entry.map(({ resource }) => resource) : [planWrite(SEED, n, MIX).body]).map(fingerprint);
}

/** The answers of B's API for the resources of its rows, which are on disk by now. */
function* asksOf(folder: RunFolder): Generator<AuditLine> {
  const { history, audit } = readRecord(folder.readFiles());
  const { names } = history;
  const first = new Map(beforeLoad(SEED, prepared).registers.map(({ path, body }) => [path, fingerprint(body)]));
  const wanted = wantedReads(history, prepared);
  let reads = 0;
  for (const { write, name, version } of wanted.slice(0, MOST_READ)) {
    const resource = names.name(name);
    const n = writeNumber(SEED, write);
    const made = n === null ? [] : namesOf(n, kindOf(n));
    const isThere = n === null || audit.b.lastRowOf(n) >= 0;
    const content = n === null ? (first.get(resource) ?? null) : (contentsOf(n)[made.indexOf(resource)] ?? null);
    const refersTo = made.indexOf(resource) > 0 ? (made[0] as string) : null;
    const given = isThere
      ? { status: 200, version, content, refersTo }
      : { status: 404, version: null, content: null, refersTo: null };
    yield { type: "read", side: "b", write, resource, ...given };
    reads += 1;
  }
  const searches = wantedSearches(history, audit.b);
  for (const { write, resourceType } of searches) {
    const n = writeNumber(SEED, write) as number;
    const isThere = audit.b.lastRowOf(n) >= 0;
    const found = isThere ? namesOf(n, kindOf(n)).filter((name) => name.startsWith(`${resourceType}/`)) : [];
    const isRegister = found.some((name) => name.includes(registerIdPrefix(SEED)));
    yield { type: "search", side: "b", write, resourceType, status: 200, found: isRegister ? [] : found };
  }
  const time = { withinMs: 120_000, tookMs: reads === wanted.length ? 60_000 : 120_000 };
  yield { type: "reads-end", side: "b", reads, searches: searches.length, wanted: wanted.length, ...time };
}

const PIECE_CHARACTERS = 2 ** 20;

function toFile(folder: RunFolder, name: string, lines: Iterable<object>): void {
  const file = openSync(join(folder.path, name), "w");
  let text = "";
  for (const line of lines) {
    text += `${JSON.stringify(line)}\n`;
    if (text.length < PIECE_CHARACTERS) continue;
    writeSync(file, text);
    text = "";
  }
  writeSync(file, text);
  closeSync(file);
}
