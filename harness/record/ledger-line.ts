/**
 * Validates one line of the ledger against the plan: the seed decides each write's number and kind. By hand and not by
 * a schema library, because there are millions of lines.
 */
import type { CompleteLine, InvokeLine, LookLine, MarkLine, ReadLine } from "../model/load/ledger.ts";
import { LOOK_KINDS, type LookKind } from "../model/load/look.ts";
import type { Names, Stored } from "../model/load/names.ts";
import {
  kindOfWrite,
  REGISTERS,
  WRITE_LIMIT,
  type WriteForm,
  type WriteMix,
  writeNumber,
} from "../model/load/write.ts";
import type { Run } from "../model/record/run.ts";
import type { Answer } from "./outcome.ts";

export interface WritePlan {
  seed: number;
  mix: WriteMix;
  form?: WriteForm;
  /** The runners that write lines; `null` in older records, which had one runner and no names in lines. */
  runners: readonly string[] | null;
}

export function planOf({ seed, scenario, runners }: Run): WritePlan {
  return { seed, mix: scenario.load.mix, form: scenario.load, runners };
}

export type Look = Pick<ReadLine, "sentEpochMs" | "status" | "version" | "writer">;

/**
 * Receives the lines, each under the number of its write. `runner`: the index of the line's runner in the plan; `line`:
 * its line number in the ledger, from 1.
 */
export interface Entries {
  invoke(n: number, epochMs: number, runner: number, line: number): void;
  read(n: number, epochMs: number, look: Look, runner: number): void;
  complete(n: number, epochMs: number, answer: FullAnswer, runner: number, line: number): void;
  look(look: LookLine, runner: number): void;
  /** The runner began or ended. Throws if this ledger has no such lines. */
  mark(type: MarkLine["type"], epochMs: number, runner: number): void;
}

type FullAnswer = Answer & { stored: readonly Stored[] };

/** No resource has as many versions: a number above it is damage, and does not fit in a column. */
const VERSION_LIMIT = 1e9;

type AnyLine = { type?: unknown } & Partial<
  Omit<InvokeLine, "type"> & Omit<CompleteLine, "type"> & Omit<ReadLine, "type">
>;

/** Throws, with the reason, for anything that is no valid line. */
export function enterLine(json: unknown, place: number, plan: WritePlan, names: Names, entries: Entries): void {
  const line = json as AnyLine;
  if (typeof line !== "object" || line === null) throw new Error("not an object");
  if (line.type === "begin" || line.type === "end") {
    if (!isTime(line.epochMs)) throw new Error("no time");
    entries.mark(line.type, line.epochMs, placeOf(line.r, plan));
    return;
  }
  if ((json as { type?: unknown }).type === "look") {
    entries.look(lookIn(json as Partial<LookLine>), placeOf(line.r, plan));
    return;
  }
  if (typeof line.write !== "string" || !isTime(line.epochMs)) throw new Error("no write id or no time");
  const n = writeNumber(plan.seed, line.write);
  if (n === null) throw new Error(`write ${line.write} is not of this run's seed`);
  const runner = placeOf(line.r, plan);
  switch (line.type) {
    case "invoke":
      if (line.n !== n) throw new Error(`number ${line.n} is not that of write ${line.write}`);
      if (line.kind !== kindOfWrite(plan.seed, n, plan.mix))
        throw new Error(`kind ${line.kind} is not what the seed says`);
      entries.invoke(n, line.epochMs, runner, place);
      return;
    case "read":
      if (!isTime(line.sentEpochMs) || !isStatus(line.status) || !(line.version === null || isVersion(line.version)))
        throw new Error("a read without status or time of sending, or with a version that is none");
      entries.read(n, line.epochMs, line as Look, runner);
      return;
    case "complete": {
      if (!isStatus(line.status) || !areNames(line.stored) || typeof line.servedBy !== "string")
        throw new Error("no status, or nothing said of what is stored or who answered");
      if (line.via !== undefined && typeof line.via !== "string") throw new Error("no address where one is told");
      if (!isCount(line.attempts ?? 1)) throw new Error(`sent ${line.attempts} times`);
      const stored = line.stored.map((name) => names.stored(name));
      entries.complete(n, line.epochMs, { ...(line as Answer), stored }, runner, place);
      return;
    }
    default:
      throw new Error(`unknown type of line ${String(line.type)}`);
  }
}

function lookIn(look: Partial<LookLine>): LookLine {
  const { n, by, register, sentEpochMs, epochMs, status, version, writer, servedBy } = look;
  if (!isTime(epochMs) || !isTime(sentEpochMs)) throw new Error("a look without a time");
  if (!(Number.isInteger(n) && (n as number) >= 0 && (n as number) < WRITE_LIMIT)) throw new Error(`look number ${n}`);
  if (!LOOK_KINDS.includes(by as LookKind)) throw new Error(`a look by ${String(by)}`);
  if (!(Number.isInteger(register) && (register as number) >= 0 && (register as number) < REGISTERS))
    throw new Error(`a look at register ${register}`);
  if (!isStatus(status) || !(version === null || isVersion(version)) || typeof servedBy !== "string")
    throw new Error("a look without status, or nothing said of who answered, or with a version that is none");
  if (!(writer === null || typeof writer === "string")) throw new Error("nothing said of whose content was given");
  return look as LookLine;
}

/** The index of the runner in the plan. Throws for an unknown runner. */
function placeOf(runner: unknown, { runners }: WritePlan): number {
  if (runners === null) {
    if (runner === undefined) return 0;
    throw new Error(`runner ${JSON.stringify(runner)}, and run.json names none`);
  }
  const place = runners.indexOf(runner as string);
  if (place >= 0) return place;
  throw new Error(runner === undefined ? "no runner" : `runner ${JSON.stringify(runner)} is not named in run.json`);
}

function isTime(ms: unknown): ms is number {
  return Number.isFinite(ms);
}

/** An HTTP status, or 0 for no answer. */
export function isStatus(status: unknown): boolean {
  return Number.isInteger(status) && (status as number) >= 0 && (status as number) < 1000;
}

export function isVersion(version: unknown): boolean {
  return Number.isInteger(version) && (version as number) > 0 && (version as number) < VERSION_LIMIT;
}

function isCount(attempts: number): boolean {
  return Number.isInteger(attempts) && attempts > 0;
}

/** A list of `Type/id/version`, with no more digits than the limit allows. */
function areNames(stored: unknown): stored is string[] {
  return (
    Array.isArray(stored) && stored.every((name) => typeof name === "string" && /^[^/]+\/[^/]+\/\d{1,9}$/.test(name))
  );
}
