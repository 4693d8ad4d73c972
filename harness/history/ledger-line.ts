/**
 * One line of the ledger, held against the plan: the seed says which write bears which number and is of which kind. By
 * hand, not by a schema library: there are millions of them.
 */
import type { CompleteLine, InvokeLine, LedgerLine, ReadLine } from "../model/ledger.ts";
import { kindOfWrite, type WriteMix, writeNumber } from "../model/write.ts";

type AnyLine = { type?: unknown } & Partial<
  Omit<InvokeLine, "type"> & Omit<CompleteLine, "type"> & Omit<ReadLine, "type">
>;

/** Throws with the reason when it is none. */
export function parseLedgerLine(json: unknown, plan: { seed: number; mix: WriteMix }): LedgerLine {
  const line = json as AnyLine;
  if (typeof line !== "object" || line === null) throw new Error("not an object");
  if (typeof line.write !== "string" || !Number.isFinite(line.epochMs)) throw new Error("no write id or no time");
  const n = writeNumber(plan.seed, line.write);
  if (n === null) throw new Error(`write ${line.write} is not of this run's seed`);
  switch (line.type) {
    case "invoke":
      if (line.n !== n) throw new Error(`number ${line.n} is not that of write ${line.write}`);
      if (line.kind !== kindOfWrite(plan.seed, n, plan.mix))
        throw new Error(`kind ${line.kind} is not what the seed says`);
      return line as unknown as InvokeLine;
    case "read":
      if (!Number.isFinite(line.sentEpochMs) || !Number.isInteger(line.status) || !isVersion(line.version))
        throw new Error("a read without status or time of sending, or with a version that is none");
      return line as unknown as ReadLine;
    case "complete":
      if (!Number.isInteger(line.status) || !areNames(line.stored) || typeof line.servedBy !== "string")
        throw new Error("no status, or nothing said of what is stored or who answered");
      if (!isCount(line.attempts ?? 1)) throw new Error(`sent ${line.attempts} times`);
      return line as unknown as CompleteLine;
    default:
      throw new Error(`unknown type of line ${String(line.type)}`);
  }
}

function isVersion(version: unknown): boolean {
  return version === null || (Number.isInteger(version) && (version as number) > 0);
}

function isCount(attempts: number): boolean {
  return Number.isInteger(attempts) && attempts > 0;
}

/** `Type/id/version`, each. */
function areNames(stored: unknown): boolean {
  return Array.isArray(stored) && stored.every((name) => typeof name === "string" && /^[^/]+\/[^/]+\/\d+$/.test(name));
}
