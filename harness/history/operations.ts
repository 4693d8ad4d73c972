/** Ledger lines → operations, in the order in which they were sent, on the drill's clock. */
import type { ClockMap } from "../model/clock.ts";
import type { CompleteLine, InvokeLine, LedgerLine } from "../model/ledger.ts";
import type { Operation } from "../model/operation.ts";
import type { LedgerNotes } from "../model/record.ts";
import { kindOfWrite, RESOURCES, type WriteMix, writeId } from "../model/write.ts";
import { type Line, readLines } from "./lines.ts";
import { outcomeOf, PENDING } from "./outcome.ts";

export function readLedger(
  text: string,
  clock: ClockMap,
  plan: { seed: number; mix: WriteMix },
): { operations: Operation[]; notes: LedgerNotes } {
  const { values, ...legibility } = readLines(text, (json) => parseLedgerLine(json, plan));
  const notes: LedgerNotes = { ...legibility, orphans: 0, repeats: 0 };
  const invokes = new Map<string, Line<InvokeLine>>();
  const completes = new Map<string, Line<CompleteLine>>();
  for (const { value, line } of values) {
    const seen = value.type === "invoke" ? invokes : completes;
    if (seen.has(value.write)) notes.repeats += 1;
    else if (value.type === "invoke") invokes.set(value.write, { value, line });
    else completes.set(value.write, { value, line });
  }
  const operations = [...invokes.values()].map((invoke) =>
    toOperation(invoke, completes.get(invoke.value.write), clock),
  );
  notes.orphans = [...completes.keys()].filter((write) => !invokes.has(write)).length;
  return { operations: operations.toSorted((x, y) => x.invokedMs - y.invokedMs || x.n - y.n), notes };
}

function toOperation(invoke: Line<InvokeLine>, complete: Line<CompleteLine> | undefined, clock: ClockMap): Operation {
  const { write, n, kind, epochMs } = invoke.value;
  const known = { write, n, kind, invokedMs: epochMs - clock.offsetMs };
  if (complete === undefined) {
    const unanswered = { completedMs: null, status: 0, stored: [], servedBy: "", line: invoke.line };
    return { ...known, ...unanswered, outcome: PENDING.outcome, reason: PENDING.name };
  }
  const { status, stored, servedBy } = complete.value;
  const row = outcomeOf(complete.value, RESOURCES[kind]);
  const completedMs = complete.value.epochMs - clock.offsetMs;
  return {
    ...known,
    completedMs,
    outcome: row.outcome,
    reason: row.name,
    status,
    stored,
    servedBy,
    line: complete.line,
  };
}

/** A line is checked against the plan: the seed says which write bears which number and is of which kind. */
function parseLedgerLine(json: unknown, plan: { seed: number; mix: WriteMix }): LedgerLine {
  const line = json as Partial<Omit<InvokeLine, "type"> & Omit<CompleteLine, "type">> & { type?: string };
  if (typeof line !== "object" || line === null) throw new Error("not an object");
  if (typeof line.write !== "string" || !Number.isFinite(line.epochMs)) throw new Error("no write id or no time");
  if (line.type === "invoke") {
    if (!Number.isInteger(line.n)) throw new Error("no number");
    const n = line.n as number;
    if (line.write !== writeId(plan.seed, n)) throw new Error(`write ${line.write} is not of this run's seed`);
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
