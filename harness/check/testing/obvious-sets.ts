/**
 * What a site holds and what the checks of sets count, computed a second time from `docs/definitions.md` alone:
 * slowly, with one plain question after another over all lines. Tests check the checkers against it.
 */
import { type Operation, splitStored, UNVERIFIABLE } from "../../model/columns/operation.ts";
import { fingerprint } from "../../model/load/content.ts";
import { firstVersionOf, planWrite, REGISTERS, RESOURCES } from "../../model/load/write.ts";
import { FIRST_PRIMARY, otherSite } from "../../model/plan/site.ts";
import type { AuditLine, AuditRead, AuditRow } from "../../model/record/audit.ts";
import type { StrandedVersion } from "../../model/record/stranded.ts";
import { MIX } from "./fake-writes.ts";

export type ObviousFate = "absent" | "torn" | "whole";

export interface ObviousRun {
  seed: number;
  writes: readonly Operation[];
  /** The audit of the serving site, B. */
  serving: readonly AuditLine[];
  /** That of the other site, A. */
  other: readonly AuditLine[];
  /** What A held when it came back, if it was lost, and what was saved of that. */
  returned: readonly AuditLine[];
  saved: readonly StrandedVersion[];
}

/** Ids of writes. */
export interface ObviousSets {
  lost: string[];
  /** `null` if it is not known what the other places hold, or held. */
  stranded: string[] | null;
  recovered: string[];
  phantom: string[];
  unexpected: string[];
  duplicated: string[];
  torn: string[];
}

export const rowsOf = (lines: readonly AuditLine[]): AuditRow[] => lines.filter((line) => line.type === "row");

/** `null` if it is not known what the serving site holds. */
export function obviousSets(run: ObviousRun): ObviousSets | null {
  const { seed, writes, serving } = run;
  if (!isReadToTheEnd(serving) || !isAnsweredToTheEnd(serving)) return null;
  const fate = (write: Operation) => obviousFate(write, serving);
  const idsOf = (wanted: (write: Operation) => boolean) => writes.filter(wanted).map(({ write }) => write);
  const isDone = ({ outcome, reason }: Operation) => outcome === "ok" || reason === UNVERIFIABLE;
  const isLost = (write: Operation) => isDone(write) && fate(write) !== "whole";
  const isThere = (write: Operation) => fate(write) === "whole";
  const known = new Set(writes.map(({ write }) => write));
  const unexpected = rowsOf(serving).filter((row) => !known.has(row.write) && !isRegisterAsMade(row, seed));
  return {
    lost: idsOf(isLost),
    stranded: isKnownElsewhere(run) ? idsOf((write) => isLost(write) && canBeBroughtBack(write, run)) : null,
    recovered: idsOf((write) => write.outcome === "info" && isThere(write)),
    phantom: idsOf((write) => write.outcome === "fail" && isThere(write)),
    unexpected: [...new Set(unexpected.map((row) => row.write))],
    duplicated: idsOf((write) => standing(write, serving).size > RESOURCES[write.kind]),
    torn: idsOf((write) => fate(write) === "torn"),
  };
}

export function obviousFate(write: Operation, lines: readonly AuditLine[]): ObviousFate {
  const size = RESOURCES[write.kind];
  const named = new Set(write.stored.map((name) => splitStored(name).resource));
  const missing = named.size - namedAndServed(write, lines).size;
  const mine = rowsOf(lines).filter((row) => row.write === write.write && isServed(row, lines));
  const bearing = new Set(mine.map((row) => row.resource)).size;
  const there = write.outcome === "ok" ? named.size - missing : Math.min(bearing, size - missing);
  if (there <= 0) return "absent";
  return there >= size ? "whole" : "torn";
}

/** Resources that bear the write's id and are not deleted. */
function standing({ write }: Operation, lines: readonly AuditLine[]): Set<string> {
  const rows = rowsOf(lines).filter((row) => row.write === write && !row.deleted);
  return new Set(rows.map((row) => row.resource));
}

/** The resources named in the answer that are served in that version or a later one, under the write's id. */
function namedAndServed(write: Operation, lines: readonly AuditLine[]): Set<string> {
  const served = write.stored.map(splitStored).filter(({ resource, version }) => {
    const own = rowsOf(lines).filter((row) => row.write === write.write && row.resource === resource);
    return own.some((row) => row.version >= version && isServed(row, lines));
  });
  return new Set(served.map(({ resource }) => resource));
}

/** The current version is this one or a later one, and so is each that the API returned. */
function isServed({ resource, version, deleted }: AuditRow, lines: readonly AuditLine[]): boolean {
  const current = rowsOf(lines).filter((row) => row.resource === resource && row.current && !row.deleted);
  const given = lines.filter((line) => line.type === "read").filter((read) => read.resource === resource);
  const isTooOld = (read: AuditRead) => isDenial(read.status) || (read.version ?? version) < version;
  return !deleted && current.length > 0 && current.every((row) => row.version >= version) && !given.some(isTooOld);
}

/** Everything that was sent is somewhere: on the other site, saved, or partly on the serving one. */
function canBeBroughtBack(write: Operation, { seed, serving, other, saved }: ObviousRun): boolean {
  const kept = saved.map(({ body, ...version }) => ({
    ...version,
    content: body && fingerprint(body),
    refersTo: (body as { subject?: { reference: string } } | null)?.subject?.reference ?? null,
  }));
  const there = rowsOf(serving).filter((row) => isServed(row, serving));
  const held = rowsOf(other).filter((row) => !row.deleted);
  const versions = [...held, ...kept, ...there].filter((version) => version.write === write.write);
  const sent = bodiesOf(seed, write.n);
  const isOf = (version: (typeof versions)[number], body: object, patient: string) =>
    version.content === fingerprint(body) && version.refersTo === ("subject" in body ? patient : null);
  const named = write.stored.map(splitStored);
  if (write.outcome !== "ok" || named.length !== sent.length)
    return versions.some(({ resource }) => sent.every((body) => versions.some((each) => isOf(each, body, resource))));
  return named.every(({ resource, version }, place) =>
    versions.some(
      (each) =>
        each.resource === resource &&
        each.version >= version &&
        isOf(each, sent[place] as object, named[0]?.resource as string),
    ),
  );
}

/** What was sent, resource by resource. */
export function bodiesOf(seed: number, n: number): object[] {
  const { body } = planWrite(seed, n, MIX);
  return "entry" in body ? (body.entry as { resource: object }[]).map(({ resource }) => resource) : [body];
}

/** It is known what the other site holds, and what it held if it came back; and it was not emptied unseen. */
function isKnownElsewhere({ writes, serving, other, returned, saved }: ObviousRun): boolean {
  if (!isReadToTheEnd(other)) return false;
  if (returned.length > 0 || saved.length > 0) {
    const numbers = rowsOf(returned).map((row) => row.pid);
    return isReadToTheEnd(returned) && new Set(numbers).size === numbers.length;
  }
  const acknowledged = writes.filter(({ outcome }) => outcome === "ok");
  const isWhole = (write: Operation, lines: readonly AuditLine[]) => obviousFate(write, lines) === "whole";
  const follows = acknowledged.some(
    (write) => write.servedBy === otherSite(FIRST_PRIMARY) && isWhole(write, serving) && isWhole(write, other),
  );
  const vanished = acknowledged.some(
    (write) =>
      write.servedBy === FIRST_PRIMARY &&
      !isWhole(write, serving) &&
      !rowsOf(other).some((row) => row.write === write.write),
  );
  return !(follows && vanished);
}

const isDenial = (status: number) => status === 404 || status === 410;

function isReadToTheEnd(lines: readonly AuditLine[]): boolean {
  const end = lines.find((line) => line.type === "rows-end");
  return end?.rows === rowsOf(lines).length && !lines.some((line) => line.type === "unreadable");
}

function isAnsweredToTheEnd(lines: readonly AuditLine[]): boolean {
  const end = lines.find((line) => line.type === "reads-end");
  const reads = lines.filter((line) => line.type === "read");
  const searches = lines.filter((line) => line.type === "search");
  if (end?.reads !== reads.length || end.searches !== searches.length) return false;
  return reads.every(({ status }) => status === 200 || isDenial(status));
}

function isRegisterAsMade(row: AuditRow, seed: number): boolean {
  const registers = Array.from({ length: REGISTERS }, (_, register) => firstVersionOf(seed, register));
  return row.version === 1 && registers.some(({ id, path }) => row.write === id && row.resource === path);
}
