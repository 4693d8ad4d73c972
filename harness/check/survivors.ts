/**
 * Which writes a side holds, by its own word.
 *
 * An acknowledged write survives when every resource named in its acknowledgement is there, in that version or a later
 * one, not deleted, under the write's own request id, and the side's FHIR API did not deny it when it was asked. A write
 * without an acknowledgement survives when as many resources as it has bear its request id; fewer, and it is torn.
 */
import type { AuditLine } from "../model/audit.ts";
import { type Operation, splitStored } from "../model/operation.ts";
import type { Side } from "../model/side.ts";
import { RESOURCES } from "../model/write.ts";

export interface Holdings {
  /** Both the database and the API were asked to the end. */
  complete: boolean;
  unreadable: string | null;
  holds: (op: Operation) => "whole" | "torn" | "absent";
  /** Reads in which the API said something else than the database. */
  disagreements: string[];
}

/** `api: false` is for a side that serves nobody and is asked by SQL only. */
export function holdingsOf(side: Side, audit: readonly AuditLine[], { api = true } = {}): Holdings {
  const lines = audit.filter((line) => line.side === side);
  const rows = new Map<string, Map<string, { version: number; deleted: boolean }>>();
  let counted = 0;
  for (const line of lines) {
    if (line.type !== "row") continue;
    counted += 1;
    const resources = rows.get(line.write) ?? new Map();
    const known = resources.get(line.resource);
    if (!known || known.version < line.version)
      resources.set(line.resource, { version: line.version, deleted: line.deleted });
    rows.set(line.write, resources);
  }
  const inDatabase = (write: string, stored: string) => {
    const { resource, version } = splitStored(stored);
    const row = rows.get(write)?.get(resource);
    return row !== undefined && !row.deleted && row.version >= version;
  };
  const reads = lines.filter((line) => line.type === "read");
  const denies = (status: number) => status === 404 || status === 410;
  const unanswered = reads.filter((read) => read.status !== 200 && !denies(read.status)).length;
  const denied = new Set(reads.filter((read) => denies(read.status)).map((read) => `${read.write} ${read.resource}`));
  const agrees = (read: (typeof reads)[number]) => {
    const row = rows.get(read.write)?.get(read.resource);
    if (row === undefined || row.deleted) return read.status !== 200;
    return read.status === 200 && (read.version === null || read.version === row.version);
  };
  const disagreements = reads
    .filter((read) => !agrees(read))
    .map((read) => `${read.write}: ${read.resource} answered ${read.status} on ${side}, against its database`);
  const rowsEnd = lines.find((line) => line.type === "rows-end");
  const readsEnd = lines.find((line) => line.type === "reads-end");
  return {
    complete: rowsEnd?.rows === counted && (!api || (readsEnd?.reads === reads.length && unanswered === 0)),
    unreadable: lines.find((line) => line.type === "unreadable")?.why ?? null,
    disagreements,
    holds: (op) => {
      const present =
        op.outcome === "ok"
          ? op.stored.filter((s) => inDatabase(op.write, s) && !denied.has(`${op.write} ${splitStored(s).resource}`))
              .length
          : [...(rows.get(op.write)?.values() ?? [])].filter((row) => !row.deleted).length;
      if (present === 0) return "absent";
      return present >= RESOURCES[op.kind] ? "whole" : "torn";
    },
  };
}
