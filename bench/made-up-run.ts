/**
 * A fake run of any size, made directly in the form that the judge reads. Write n, sent 10 ms after the previous one,
 * makes the next version of patient n modulo `writes / 4`, so each patient is written four times. One write in a
 * hundred is a transaction that also creates two observations. The outcome is unknown for one in 101, and for those
 * sent in the second between fault and switch; half of these happened. Both sites hold every version, except for a few
 * seeded defects.
 */
import { fakeParts } from "../harness/check/testing/fake-run.ts";
import { RUNNER } from "../harness/check/testing/fake-writes.ts";
import { Contents } from "../harness/model/columns/contents.ts";
import { History } from "../harness/model/columns/history.ts";
import type { Operation } from "../harness/model/columns/operation.ts";
import { fingerprint } from "../harness/model/load/content.ts";
import { Names } from "../harness/model/load/names.ts";
import { kindOfWrite, planWrite, type WriteMix, writeId } from "../harness/model/load/write.ts";
import type { AuditRow } from "../harness/model/record/audit.ts";
import type { DrillEvent } from "../harness/model/record/event.ts";
import type { RunRecord } from "../harness/model/record/record.ts";

const SEED = 4711;
const MIX: WriteMix = { put: 0, post: 99, bundle: 1, update: 0 };
const VERSIONS = 4;
const STEP_MS = 10;
const SWITCH_MS = 1000;
const OBSERVATIONS_FROM = 1e9;
const READS = 200;
/** Larger runs have plain numbers in the column of fingerprints: hashing would take longer than everything else. */
export const FINGERPRINTED = 1e5;

/** The defects of consecutive posts in the last round of writes to patients. */
const DEFECTS = [
  ...Array(3).fill("stranded"),
  ...Array(4).fill("gone"),
  ...Array(2).fill("duplicated"),
  ...Array(2).fill("phantom"),
];
const TORN = 2;

/** The counts that the checks must find. */
export type Counts = Record<
  "lost" | "stranded" | "recovered" | "phantom" | "unexpected" | "duplicated" | "torn",
  number
>;

export function madeUpRun(writes: number): { record: RunRecord; seeded: Counts } {
  const names = new Names(SEED);
  const history = new History(SEED, names);
  const audit = { a: new Contents("a", SEED, names), b: new Contents("b", SEED, names) };
  const patients = writes / VERSIONS;
  const versions = new Uint8Array(patients);
  const faultMs = (writes / 2) * STEP_MS + 1;
  const isUnknown = (n: number) => n % 101 === 50 || (n * STEP_MS > faultMs && n * STEP_MS < faultMs + SWITCH_MS);
  const newestOn = newestWrites(writes, patients, isUnknown);
  let [defects, torn, recovered, pid] = [0, 0, 0, 0];
  const newest: [write: string, resource: string, version: number][] = [];

  for (let n = 0; n < writes; n += 1) {
    const [write, patient, invokedMs] = [writeId(SEED, n), n % patients, n * STEP_MS];
    const { kind, body } = planWrite(SEED, n, MIX);
    const resource = `Patient/${1 + patient}`;
    const unknown = isUnknown(n);
    const happened = !unknown || n % 2 === 0;
    const lastRound = n >= writes - patients;
    const defect = lastRound && kind === "post" && !unknown ? DEFECTS[defects++] : undefined;
    const isTorn = kind === "bundle" && !unknown && torn < TORN;
    if (isTorn) torn += 1;
    if (unknown && happened) recovered += 1;
    if (happened) versions[patient] = (versions[patient] as number) + 1;
    const version = versions[patient] as number;
    const made = [
      resource,
      ...(kind === "bundle" ? [0, 1].map((i) => `Observation/${OBSERVATIONS_FROM + 2 * n + i}`) : []),
    ];
    const stored = made.map((name, i) => `${name}/${i === 0 ? version : 1}`);
    const sent = { write, n, kind, invokedMs, runner: RUNNER, line: 2 * n + 2, read: null };
    history.push({
      ...sent,
      ...answer(unknown, defect === "phantom", invokedMs, stored, invokedMs < faultMs ? "a" : "b"),
    });
    if (lastRound && !defect && happened && n % Math.ceil(patients / READS) === 0)
      newest.push([write, resource, version]);

    if (!happened) continue;
    const { entry } = body as { entry?: { resource: object }[] };
    const resources = entry ? entry.map((each) => each.resource) : [body];
    const isTrue = writes <= FINGERPRINTED || defect !== undefined || isTorn;
    const said = resources.map((each, i) => (isTrue ? fingerprint(each) : n + i));
    const add = (side: "a" | "b", i: number, changes: Partial<AuditRow> = {}) => {
      const of = { type: "row" as const, side, write, resource: made[i] as string, version: i === 0 ? version : 1 };
      const refersTo = i === 0 ? null : resource;
      const row = { ...of, deleted: false, pid: pid + i, content: said[i] as number, refersTo };
      const current = i > 0 || newestOn[side][patient] === n;
      audit[side].add({ ...row, current, indexed: current ? true : null, ...changes });
    };
    for (let i = 0; i < made.length; i += 1) {
      if (defect !== "gone") add("a", i);
      if (defect !== "gone" && defect !== "stranded" && !(isTorn && i > 0)) add("b", i);
    }
    if (defect === "duplicated") add("b", 0, { resource: `Patient/${2e9 + n}`, version: 1, pid: -2 - n });
    pid += made.length;
  }
  for (const side of ["a", "b"] as const) {
    if (side === "b") addStranger(audit.b, writeId(SEED, writes + 5));
    audit[side].add({ type: "rows-end", side, rows: audit[side].rows, postgres: "17" });
  }
  for (const [write, resource, version] of newest) {
    audit.b.add({ type: "read", side: "b", write, resource, status: 200, version });
    audit.b.add({ type: "search", side: "b", write, resourceType: "Patient", status: 200, found: [resource] });
  }
  audit.b.add({ type: "reads-end", side: "b", reads: newest.length, searches: newest.length });

  const legible = { lines: 2 * writes, torn: false, unreadable: [], unreadableCount: 0 };
  const { run } = fakeParts();
  const load = { ...run.scenario.load, ratePerSecond: 1000 / STEP_MS, mix: MIX };
  const record: RunRecord = {
    run: {
      ...{ ...run, seed: SEED, scenario: { ...run.scenario, load } },
      k6: { iterations: writes, droppedIterations: 0, exitCode: 0 },
    },
    ...{
      history,
      looks: [],
      events: eventsOf(faultMs),
      probes: [],
      audit,
      returned: [],
      wal: [],
      bulkExport: [],
      saved: [],
    },
    devices: { sent: [], bridged: [], held: [] },
    vault: [],
    brokenSeals: null,
    ledger: { ...legible, orphans: 0, repeats: 0, byAnother: 0, outOfOrder: 0, backwards: 0, ofRunners: [] },
    legibility: {
      events: legible,
      probes: legible,
      audit: legible,
      returned: { ...legible, lines: 0 },
      wal: { ...legible, lines: 0 },
      bulkExport: { ...legible, lines: 0 },
      devices: { ...legible, lines: 0 },
      bridges: { ...legible, lines: 0 },
      held: { ...legible, lines: 0 },
      vault: { ...legible, lines: 0 },
    },
  };
  const count = (defect: string) => DEFECTS.filter((each) => each === defect).length;
  const stranded = count("stranded") + TORN;
  const counts = { phantom: count("phantom"), unexpected: 1, duplicated: count("duplicated"), torn: TORN };
  return { record, seeded: { lost: stranded + count("gone"), stranded, recovered, ...counts } };
}

/** For each patient, the write whose version is the newest that a site has. */
function newestWrites(writes: number, patients: number, isUnknown: (n: number) => boolean) {
  const newest = { a: new Int32Array(patients), b: new Int32Array(patients) };
  let defects = 0;
  for (let n = 0; n < writes; n += 1) {
    if (isUnknown(n) && n % 2 === 1) continue;
    const isLast = n >= writes - patients && !isUnknown(n) && kindOfWrite(SEED, n, MIX) === "post";
    const defect = isLast ? DEFECTS[defects++] : undefined;
    if (defect !== "gone") newest.a[n % patients] = n;
    if (defect !== "gone" && defect !== "stranded") newest.b[n % patients] = n;
  }
  return newest;
}

function answer(
  unknown: boolean,
  phantom: boolean,
  invokedMs: number,
  stored: string[],
  servedBy: string,
): Pick<Operation, "completedMs" | "outcome" | "reason" | "status" | "stored" | "servedBy"> {
  const completedMs = invokedMs + (unknown ? 3000 : 4 + (invokedMs % 7));
  if (unknown) return { completedMs, outcome: "info", reason: "timeout", status: 0, stored: [], servedBy: "" };
  if (phantom)
    return { completedMs, outcome: "fail", reason: "refused-by-validation", status: 422, stored: [], servedBy };
  return { completedMs, outcome: "ok", reason: "acknowledged", status: 200, stored, servedBy };
}

/** Adds a row of a write that was never sent. */
function addStranger(contents: Contents, write: string): void {
  const row = { type: "row", side: contents.side, write, resource: "Patient/3000000000", version: 1 } as const;
  contents.add({ ...row, deleted: false, pid: -1, content: 0, refersTo: null, indexed: true });
}

function eventsOf(faultMs: number): DrillEvent[] {
  const fault = { type: "fault", fault: 0, kind: "region-loss", detail: {} } as const;
  const step = { type: "operator", plan: "failover", tookMs: 1, detail: {} } as const;
  return [
    { type: "phase", phase: "baseline", atMs: 0 },
    { ...fault, state: "injecting", atMs: faultMs },
    { ...fault, state: "injected", atMs: faultMs + 1 },
    { ...fault, state: "evidenced", atMs: faultMs + 2 },
    { ...step, step: "detected", side: "a", atMs: faultMs + SWITCH_MS / 2 },
    { ...step, step: "latched", side: "b", atMs: faultMs + SWITCH_MS },
  ];
}
