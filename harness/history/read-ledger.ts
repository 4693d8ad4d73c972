/**
 * Ledger lines → writes in the order in which they were sent, on the drill's clock. One pass, whatever the order of the
 * lines; what an answer means is said by `outcome.ts`. Without `inTime` any time is one of the drill, as it must be where
 * the clock was never mapped.
 */
import type { ClockMap } from "../model/clock.ts";
import { Column } from "../model/column.ts";
import { History } from "../model/history.ts";
import type { CompleteLine, ReadLine } from "../model/ledger.ts";
import type { Names } from "../model/names.ts";
import type { Operation, RegisterRead } from "../model/operation.ts";
import type { LedgerNotes } from "../model/record.ts";
import { kindOfWrite, RESOURCES, type WriteMix, writeId, writeNumber } from "../model/write.ts";
import type { InTime } from "./in-time.ts";
import { parseLedgerLine } from "./ledger-line.ts";
import { readLines, type Text } from "./lines.ts";
import { outcomeOf, PENDING } from "./outcome.ts";

export interface WritePlan {
  seed: number;
  mix: WriteMix;
}

const NONE = -1;

export function readLedger(
  text: Text,
  clock: ClockMap,
  plan: WritePlan,
  names: Names,
  inTime: InTime = () => {},
): { history: History; notes: LedgerNotes } {
  // Each by the write's number: the line that sent it and when, its place among the answers, and among the reads.
  const invoked = new Column(Int32Array);
  const invokedMs = new Column(Float64Array);
  const answered = new Column(Int32Array);
  const read = new Column(Int32Array);
  const answers = new History(plan.seed, names);
  const reads: (RegisterRead | null)[] = [];
  const seen = { invoke: invoked, complete: answered, read };
  let repeats = 0;
  let outOfOrder = 0;
  let lastEpochMs = Number.NEGATIVE_INFINITY;

  const legibility = readLines(text, (json, line) => {
    const value = parseLedgerLine(json, plan);
    inTime("epochMs", value.epochMs - clock.offsetMs);
    if (value.type === "read") inTime("sentEpochMs", value.sentEpochMs - clock.offsetMs);
    const n = writeNumber(plan.seed, value.write) as number;
    if (value.epochMs < lastEpochMs) outOfOrder += 1;
    lastEpochMs = value.epochMs;
    if (valueAt(seen[value.type], n) !== NONE) {
      repeats += 1;
      return;
    }
    switch (value.type) {
      case "invoke":
        invoked.set(n, line, NONE);
        invokedMs.set(n, value.epochMs - clock.offsetMs);
        return;
      case "read":
        read.set(n, reads.push(readOf(value, clock, plan)) - 1, NONE);
        return;
      case "complete":
        answered.set(n, answers.length, NONE);
        answers.push(answerOf(value, n, line, clock, plan));
    }
  });

  const history = new History(plan.seed, names);
  for (const n of inOrderOfSending(invoked, invokedMs)) {
    const found = reads[valueAt(read, n)] ?? null;
    const sentMs = invokedMs.values[n] as number;
    const answer = valueAt(answered, n);
    if (answer === NONE) history.push(pending(n, sentMs, invoked.values[n] as number, found, plan));
    else history.pushFrom(answers, answer, sentMs, found);
  }
  const orphans = withoutInvoke(answered, invoked) + withoutInvoke(read, invoked);
  let backwards = 0;
  for (let i = 0; i < history.length; i += 1)
    if ((history.completedMs[i] as number) < (history.invokedMs[i] as number)) backwards += 1;
  return { history, notes: { ...legibility, orphans, repeats, outOfOrder, backwards } };
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

/** Numbers of the writes that were sent. k6 numbers them in the order of sending, but for some milliseconds. */
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
  return sorted ? numbers : numbers.sort((x, y) => (at[x] as number) - (at[y] as number) || x - y);
}

function answerOf(line: CompleteLine, n: number, at: number, clock: ClockMap, plan: WritePlan): Operation {
  const kind = kindOfWrite(plan.seed, n, plan.mix);
  const { name, outcome } = outcomeOf(line, RESOURCES[kind]);
  return {
    ...{ write: line.write, n, kind, invokedMs: Number.NaN, completedMs: line.epochMs - clock.offsetMs, read: null },
    ...{ outcome, reason: name, status: line.status, stored: line.stored, servedBy: line.servedBy, line: at },
  };
}

function pending(
  n: number,
  invokedMs: number,
  line: number,
  read: RegisterRead | null,
  { seed, mix }: WritePlan,
): Operation {
  const known = { write: writeId(seed, n), n, kind: kindOfWrite(seed, n, mix), invokedMs, line, read };
  const unanswered = { completedMs: null, status: 0, stored: [], servedBy: "" };
  return { ...known, ...unanswered, outcome: PENDING.outcome, reason: PENDING.name };
}

/** A read without a version is no look at the register: an error, or no answer. */
function readOf(line: ReadLine, { offsetMs }: ClockMap, { seed }: WritePlan): RegisterRead | null {
  if (line.status !== 200 || line.version === null) return null;
  const times = { sentMs: line.sentEpochMs - offsetMs, doneMs: line.epochMs - offsetMs };
  return { ...times, version: line.version, writer: line.writer === null ? null : writeNumber(seed, line.writer) };
}
