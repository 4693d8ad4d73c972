/**
 * Ledger lines → writes in the order in which they were sent, and what was done to registers, on the drill's clock. One
 * pass, whatever the order of the lines; what an answer means is said by `outcome.ts`.
 */
import type { ClockMap } from "../model/clock.ts";
import { Column } from "../model/column.ts";
import { History } from "../model/history.ts";
import type { CompleteLine, InvokeLine, LedgerLine, ReadLine } from "../model/ledger.ts";
import type { Names } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { LedgerNotes } from "../model/record.ts";
import { MAYBE_UPDATED, READ, Registers, UPDATED } from "../model/registers.ts";
import {
  kindOfWrite,
  RESOURCES,
  registerOf,
  WRITE_LIMIT,
  type WriteKind,
  type WriteMix,
  writeId,
  writeIdPrefix,
} from "../model/write.ts";
import { readLines, type Text } from "./lines.ts";
import { outcomeOf, PENDING } from "./outcome.ts";

export interface WritePlan {
  seed: number;
  mix: WriteMix;
}

export interface Ledger {
  history: History;
  registers: Registers;
  notes: LedgerNotes;
}

const NONE = -1;

export function readLedger(text: Text, clock: ClockMap, plan: WritePlan, names: Names): Ledger {
  const registers = new Registers();
  /** Line and time of each write's first line of either kind, by the write's number. */
  const invokeLine = new Column(Int32Array);
  const invokedMs = new Column(Float64Array);
  const answered = new Column(Int32Array);
  /** Answers in the order of the lines, in a history of their own; their writes may not have been seen yet. */
  const answers = new History(plan.seed, names);
  let repeats = 0;
  let orphans = 0;

  const take = (json: unknown, line: number) => {
    const value = parseLedgerLine(json, plan);
    if (value.type === "read") return takeRead(registers, value, clock, plan);
    const n = numberOf(value.write, plan);
    const column = value.type === "invoke" ? invokeLine : answered;
    if (valueAt(column, n) !== NONE) {
      repeats += 1;
      return;
    }
    if (value.type === "invoke") {
      invokeLine.set(n, line, NONE);
      invokedMs.set(n, value.epochMs - clock.offsetMs);
      return;
    }
    answered.set(n, answers.length, NONE);
    const op = answerOf(value, n, line, clock, plan);
    answers.push(op);
    if (op.kind === "update" && op.outcome !== "fail") takeUpdate(registers, value, op, clock);
  };
  const legibility = readLines(text, take);

  const order = inOrderOfSending(invokeLine, invokedMs);
  const history = new History(plan.seed, names);
  for (const n of order) {
    const invoked = invokedMs.values[n] as number;
    const answer = valueAt(answered, n);
    if (answer === NONE) {
      const op = pending(n, invoked, invokeLine.values[n] as number, plan);
      history.push(op);
      if (op.kind === "update") takeUpdate(registers, null, op, clock);
    } else history.pushFrom(answers, answer, invoked);
  }
  for (let n = 0; n < answered.length; n += 1)
    if (valueAt(answered, n) !== NONE && valueAt(invokeLine, n) === NONE) orphans += 1;
  return { history, registers, notes: { ...legibility, orphans, repeats } };
}

function valueAt(column: Column<Int32Array>, index: number): number {
  return index < column.length ? (column.values[index] as number) : NONE;
}

/** Numbers of the writes that were sent. k6 numbers them in the order of sending, but for some milliseconds. */
function inOrderOfSending(invokeLine: Column<Int32Array>, invokedMs: Column<Float64Array>): Uint32Array {
  const order = new Column(Uint32Array);
  let sorted = true;
  let last = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < invokeLine.length; n += 1) {
    if (valueAt(invokeLine, n) === NONE) continue;
    order.push(n);
    const at = invokedMs.values[n] as number;
    if (at < last) sorted = false;
    last = at;
  }
  const numbers = order.values.subarray(0, order.length);
  const at = invokedMs.values;
  return sorted ? numbers : numbers.sort((x, y) => (at[x] as number) - (at[y] as number) || x - y);
}

function answerOf(line: CompleteLine, n: number, at: number, clock: ClockMap, plan: WritePlan): Operation {
  const kind = kindOfWrite(plan.seed, n, plan.mix);
  const { name, outcome } = outcomeOf(line, RESOURCES[kind]);
  return {
    ...{ write: line.write, n, kind, invokedMs: Number.NaN, completedMs: line.epochMs - clock.offsetMs },
    ...{ outcome, reason: name, status: line.status, stored: line.stored, servedBy: line.servedBy, line: at },
  };
}

function pending(n: number, invokedMs: number, line: number, plan: WritePlan): Operation {
  const kind = kindOfWrite(plan.seed, n, plan.mix);
  const known = { write: writeId(plan.seed, n), n, kind, invokedMs, line };
  const unanswered = { completedMs: null, status: 0, stored: [], servedBy: "" };
  return { ...known, ...unanswered, outcome: PENDING.outcome, reason: PENDING.name };
}

function takeUpdate(registers: Registers, line: CompleteLine | null, op: Operation, clock: ClockMap): void {
  const demand = line?.update ?? null;
  const acknowledged = op.outcome === "ok";
  const version = acknowledged ? Number(op.stored[0]?.slice((op.stored[0] ?? "").lastIndexOf("/") + 1)) : 0;
  registers.push({
    register: registerOf(op.n),
    kind: acknowledged ? UPDATED : MAYBE_UPDATED,
    expects: demand?.expects ?? null,
    version,
    writer: op.n,
    invokedMs: demand ? demand.sentEpochMs - clock.offsetMs : Number.NEGATIVE_INFINITY,
    completedMs: acknowledged ? (op.completedMs as number) : Number.POSITIVE_INFINITY,
  });
}

/** "Here it is" and "there is no such thing" are answers; anything else says nothing about the register. */
function takeRead(registers: Registers, line: ReadLine, clock: ClockMap, plan: WritePlan): void {
  const found = line.status === 200 && line.version !== null;
  if (!found && line.status !== 404) return;
  const writer = line.write?.startsWith(writeIdPrefix(plan.seed)) ? numberOf(line.write, plan) : NONE;
  registers.push({
    ...{ register: line.register, kind: READ, expects: null, version: found ? (line.version as number) : 0, writer },
    ...{ invokedMs: line.sentEpochMs - clock.offsetMs, completedMs: line.epochMs - clock.offsetMs },
  });
}

function numberOf(write: string, { seed }: WritePlan): number {
  return Number(write.slice(writeIdPrefix(seed).length));
}

type AnyLine = Partial<Omit<InvokeLine, "type"> & Omit<CompleteLine, "type"> & Omit<ReadLine, "type">>;

/** A line is checked against the plan: the seed says which write bears which number and is of which kind. */
function parseLedgerLine(json: unknown, plan: WritePlan): LedgerLine {
  const line = json as Omit<AnyLine, "kind"> & { type?: string; kind?: WriteKind };
  if (typeof line !== "object" || line === null) throw new Error("not an object");
  if (!Number.isFinite(line.epochMs)) throw new Error("no time");
  if (line.type === "read") {
    if (!Number.isInteger(line.register) || !Number.isInteger(line.status) || !Number.isFinite(line.sentEpochMs))
      throw new Error("a read without register, status or time of sending");
    return line as unknown as ReadLine;
  }
  if (typeof line.write !== "string") throw new Error("no write id");
  const n = numberOf(line.write, plan);
  if (!(n >= 0 && n < WRITE_LIMIT) || line.write !== writeId(plan.seed, n))
    throw new Error(`write ${line.write} is not of this run's seed`);
  if (line.type === "invoke") {
    if (line.n !== n) throw new Error("another number than its write's");
    if (line.kind !== kindOfWrite(plan.seed, n, plan.mix))
      throw new Error(`kind ${line.kind} is not what the seed says`);
    return line as unknown as InvokeLine;
  }
  if (line.type === "complete") {
    if (!Number.isInteger(line.status) || !Array.isArray(line.stored) || typeof line.servedBy !== "string")
      throw new Error("no status, or nothing said of what is stored or who answered");
    return line as unknown as CompleteLine;
  }
  throw new Error(`unknown type of line ${String(line.type)}`);
}
