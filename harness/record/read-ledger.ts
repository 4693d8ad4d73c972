/**
 * Ledger lines → writes in the order of sending, on the drill's clock. One pass, whatever the order of the lines and of
 * several ledgers. `outcome.ts` decides what an answer means. Without `inTime`, times are not checked, as is necessary
 * if the clock was never mapped.
 */
import { Column } from "../model/columns/column.ts";
import { History, type Nameless } from "../model/columns/history.ts";
import type { RegisterRead } from "../model/columns/operation.ts";
import type { Names } from "../model/load/names.ts";
import { kindOfWrite, RESOURCES, writeNumber } from "../model/load/write.ts";
import type { ClockMap } from "../model/record/clock.ts";
import { parseJson } from "../model/record/json.ts";
import type { LedgerNotes, Legibility, RegisterLook, RunnerLedger } from "../model/record/record.ts";
import type { InTime } from "./in-time.ts";
import { type Entries, enterLine, type Look, type WritePlan } from "./ledger-line.ts";
import { eachLine, type Text } from "./lines.ts";
import { type Answer, outcomeOf, PENDING } from "./outcome.ts";
import { PlainLines } from "./plain-line.ts";

const NONE = -1;
/** The runner of older runs, whose lines do not name it. */
const ONLY_RUNNER = "k6";
/** Stored for a read that found nothing. */
const NOTHING = -2;

/** One file of lines, with one clock. */
export interface Ledger {
  text: Text;
  clock: ClockMap;
  /** Its runner if there are several; lines of other runners are then invalid. */
  runner: string | null;
}

export function readLedger(
  text: Text,
  clock: ClockMap,
  plan: WritePlan,
  names: Names,
  inTime?: InTime,
): { history: History; looks: RegisterLook[]; notes: LedgerNotes } {
  return readLedgers([{ text, clock, runner: null }], plan, names, inTime);
}

export function readLedgers(
  ledgers: readonly Ledger[],
  plan: WritePlan,
  names: Names,
  inTime: InTime = () => {},
): { history: History; looks: RegisterLook[]; notes: LedgerNotes } {
  // By the write's number: its invoke line and time, its place among the answers, and among the reads.
  const invoked = new Column(Int32Array);
  const invokedMs = new Column(Float64Array);
  const answered = new Column(Int32Array);
  const read = new Column(Int32Array);
  /** The runner of each write's first line, from 1; 0 for none. Not kept for a single runner. */
  const ranBy = new Column(Uint8Array);
  const owners = ledgers.flatMap(({ runner }) => runner ?? []);
  const runners = owners.length > 0 ? owners : (plan.runners ?? [ONLY_RUNNER]);
  const answers = new History(plan.seed, names);
  const looks = new Map<number, RegisterLook>();
  let backwards = 0;
  let repeats = 0;
  let outOfOrder = 0;
  let byAnother = 0;
  let lastEpochMs = Number.NEGATIVE_INFINITY;
  // Of the ledger that is being read.
  let offsetMs = 0;
  let owner = 0;
  let marks: RunnerLedger | null = null;

  const isFirst = (column: Column<Int32Array>, n: number, epochMs: number, runner: number): boolean => {
    if (epochMs < lastEpochMs) outOfOrder += 1;
    lastEpochMs = epochMs;
    if (runners.length > 1 && isByAnother(n, runner + 1)) byAnother += 1;
    if (valueAt(column, n) === NONE) return true;
    repeats += 1;
    return false;
  };
  const isByAnother = (n: number, runner: number): boolean => {
    const first = n < ranBy.length ? ranBy.values[n] : 0;
    if (first === 0) ranBy.set(n, runner);
    return first !== 0 && first !== runner;
  };
  const entries: Entries = {
    invoke(n, epochMs, runner, line) {
      inTime("epochMs", epochMs - offsetMs);
      if (!isFirst(invoked, n, epochMs, owner + runner)) return;
      invoked.set(n, line, NONE);
      invokedMs.set(n, epochMs - offsetMs);
    },
    read(n, epochMs, look, runner) {
      inTime("epochMs", epochMs - offsetMs);
      inTime("sentEpochMs", look.sentEpochMs - offsetMs);
      if (!isFirst(read, n, epochMs, owner + runner)) return;
      const found = foundBy(look, epochMs, offsetMs, plan);
      read.set(n, found === null ? NOTHING : answers.pushRead(found), NONE);
    },
    complete(n, epochMs, answer, runner, line) {
      inTime("epochMs", epochMs - offsetMs);
      if (!isFirst(answered, n, epochMs, owner + runner)) return;
      const by = runners[owner + runner] as string;
      answers.pushNameless(answerOf(answer, n, epochMs - offsetMs, by, line, plan), answer.stored);
      answered.set(n, answers.length - 1, NONE);
    },
    look({ n, by, register, sentEpochMs, epochMs, status, version, writer, servedBy }, runner) {
      inTime("epochMs", epochMs - offsetMs);
      inTime("sentEpochMs", sentEpochMs - offsetMs);
      if (epochMs < lastEpochMs) outOfOrder += 1;
      lastEpochMs = epochMs;
      if (looks.has(n)) {
        repeats += 1;
        return;
      }
      if (epochMs < sentEpochMs) backwards += 1;
      const times = { sentMs: sentEpochMs - offsetMs, doneMs: epochMs - offsetMs };
      const found = { status, version, writer: writer === null ? null : writeNumber(plan.seed, writer) };
      looks.set(n, { n, by, register, ...times, ...found, servedBy, runner: runners[owner + runner] as string });
    },
    mark(type, epochMs) {
      if (marks === null) throw new Error(`unknown type of line ${type}`);
      inTime("epochMs", epochMs - offsetMs);
      const name = type === "begin" ? "beganMs" : "endedMs";
      if (marks[name] !== null) repeats += 1;
      else marks[name] = epochMs - offsetMs;
    },
  };
  const ofRunners: RunnerLedger[] = [];
  const legibilities = ledgers.map(({ text, clock, runner }) => {
    const own = runner === null ? plan : { ...plan, runners: [runner] };
    const plainLines = new PlainLines(own, names, entries);
    offsetMs = clock.offsetMs;
    owner = runner === null ? 0 : runners.indexOf(runner);
    marks = runner === null ? null : { runner, beganMs: null, endedMs: null, torn: false };
    lastEpochMs = Number.NEGATIVE_INFINITY;
    const legibility = eachLine(text, (rows, from, to, line) => {
      if (plainLines.enter(rows, from, to, line)) return;
      enterLine(parseJson(rows.slice(from, to)), line, own, names, entries);
    });
    if (marks === null) return legibility;
    ofRunners.push({ ...(marks as RunnerLedger), torn: legibility.torn });
    return { ...legibility, unreadable: legibility.unreadable.map((why) => `of ${runner}, ${why}`) };
  });

  const places = inOrderOfSending(invoked, invokedMs).map((n) => {
    if (valueAt(answered, n) === NONE) {
      const by = runners[runners.length > 1 ? (ranBy.values[n] as number) - 1 : 0] as string;
      answers.pushNameless(pending(n, by, invoked.values[n] as number, plan), []);
      answered.set(n, answers.length - 1, NONE);
    }
    const place = answered.values[n] as number;
    const found = valueAt(read, n);
    answers.setSent(place, invokedMs.values[n] as number, found >= 0 ? found : null);
    return place;
  });
  const orphans = withoutInvoke(answered, invoked) + withoutInvoke(read, invoked);
  answers.arrange(places);
  for (let i = 0; i < answers.length; i += 1)
    if ((answers.completedMs[i] as number) < (answers.invokedMs[i] as number)) backwards += 1;
  const counts = { orphans, repeats, byAnother, outOfOrder, backwards, ofRunners };
  const inOrder = [...looks.values()].sort((x, y) => x.sentMs - y.sentMs);
  return { history: answers, looks: inOrder, notes: { ...together(legibilities), ...counts } };
}

function together(legibilities: readonly Legibility[]): Legibility {
  return legibilities.reduce((sum, each) => ({
    lines: sum.lines + each.lines,
    torn: sum.torn || each.torn,
    unreadable: [...sum.unreadable, ...each.unreadable],
    unreadableCount: sum.unreadableCount + each.unreadableCount,
  }));
}

function valueAt(column: Column<Int32Array>, index: number): number {
  return index < column.length ? (column.values[index] as number) : NONE;
}

function withoutInvoke(column: Column<Int32Array>, invoked: Column<Int32Array>): number {
  let orphans = 0;
  for (let n = 0; n < column.length; n += 1)
    if (valueAt(column, n) !== NONE && valueAt(invoked, n) === NONE) orphans += 1;
  return orphans;
}

/** Numbers of the sent writes, by time. k6 numbers them in the order of sending, except within milliseconds. */
function inOrderOfSending(invoked: Column<Int32Array>, invokedMs: Column<Float64Array>): Uint32Array {
  const order = new Column(Uint32Array);
  let sorted = true;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < invoked.length; n += 1) {
    if (valueAt(invoked, n) === NONE) continue;
    order.push(n);
    const at = invokedMs.values[n] as number;
    if (at < lastMs) sorted = false;
    lastMs = at;
  }
  const numbers = order.values.subarray(0, order.length);
  const at = invokedMs.values;
  // The sort is stable: within a millisecond, the order is by number.
  return sorted ? numbers : numbers.sort((x, y) => (at[x] as number) - (at[y] as number));
}

function answerOf(
  answer: Answer,
  n: number,
  completedMs: number,
  runner: string,
  line: number,
  { seed, mix, form = {} }: WritePlan,
): Nameless {
  const { status, servedBy, via } = answer;
  const kind = kindOfWrite(seed, n, mix);
  const { name: reason, outcome } = outcomeOf(
    answer,
    form.bundleEntries !== undefined && kind === "bundle" ? form.bundleEntries : RESOURCES[kind],
  );
  const address = via === undefined ? {} : { via };
  return {
    n,
    kind,
    invokedMs: Number.NaN,
    completedMs,
    outcome,
    reason,
    status,
    servedBy,
    ...address,
    runner,
    line,
    read: null,
  };
}

function pending(n: number, runner: string, line: number, { seed, mix }: WritePlan): Nameless {
  const { name: reason, outcome } = PENDING;
  const unanswered = { completedMs: null, status: 0, servedBy: "", read: null };
  return { n, kind: kindOfWrite(seed, n, mix), invokedMs: Number.NaN, outcome, reason, runner, line, ...unanswered };
}

/** `null` for a read without a version: an error, or no answer. */
function foundBy(look: Look, epochMs: number, offsetMs: number, { seed }: WritePlan): RegisterRead | null {
  const { status, version, writer } = look;
  if (status !== 200 || version === null) return null;
  const times = { sentMs: look.sentEpochMs - offsetMs, doneMs: epochMs - offsetMs };
  return { ...times, version, writer: writer === null ? null : writeNumber(seed, writer) };
}
