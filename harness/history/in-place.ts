/**
 * Which line can stand where: lines are written when something has happened, so they are in order of time, and none comes
 * twice. Each of these is told the lines of a file one by one, and throws what is wrong with a line's place.
 */
import { messageName } from "../model/load/device-message.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { AuditLine } from "../model/record/audit.ts";
import type { BulkExportLine } from "../model/record/bulk-export.ts";
import type { DeviceLine, HeldLine } from "../model/record/device.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";

export type InPlace<Line> = (line: Line) => void;

const TWICE = "it is the line before it once more";

export function eventsInPlace(): InPlace<DrillEvent> {
  let last: DrillEvent | null = null;
  return (event) => {
    const before = last;
    last = event;
    if (before === null || event.atMs > before.atMs) return;
    if (event.atMs < before.atMs) throw new Error("it is earlier than the line before it");
    if (isSame(before, event)) throw new Error(TWICE);
  };
}

/** By sort, for one that takes its time is told after others that were begun later. */
export function probesInPlace(): InPlace<ProbeLine> {
  const lasts = new Map<string, ProbeLine>();
  return (probe) => {
    const sort = `${probe.type} ${"part" in probe ? probe.part : "side" in probe ? probe.side : ""}`;
    const last = lasts.get(sort);
    lasts.set(sort, probe);
    if ("sentMs" in probe && probe.doneMs < probe.sentMs) throw new Error("it was done before it was sent");
    if (last === undefined) return;
    if (toldMs(probe) < toldMs(last)) throw new Error("it is earlier than the sample of its sort before it");
    if (toldMs(probe) === toldMs(last) && isSame(last, probe)) throw new Error(TWICE);
    // Each counts from the one before.
    if (probe.type === "machine" && last.type === "machine" && probe.fromMs !== last.atMs)
      throw new Error("the sample before it is missing");
  };
}

function toldMs(probe: ProbeLine): number {
  return "atMs" in probe ? probe.atMs : probe.doneMs;
}

/** Of each side: its rows by the database's own numbers, their end, what its API was asked, and the end of that. */
export function auditInPlace(): InPlace<AuditLine> {
  const sides = new Map<SiteName, { pid: number; ended: boolean; asked: boolean }>();
  return (line) => {
    const side = sides.get(line.side) ?? { pid: Number.NEGATIVE_INFINITY, ended: false, asked: false };
    sides.set(line.side, side);
    const name = line.side.toUpperCase();
    if (line.type === "row" || line.type === "rows-end" || line.type === "unreadable") {
      if (side.ended) throw new Error(`the rows of ${name} had ended before it`);
      if (line.type !== "row") side.ended = true;
      else if (line.pid <= side.pid) throw new Error(`its number is not above that of the row of ${name} before it`);
      else side.pid = line.pid;
      return;
    }
    if (side.asked) throw new Error(`what was asked of ${name} had ended before it`);
    if (!side.ended) throw new Error(`the rows of ${name} have not ended before it`);
    if (line.type === "reads-end") side.asked = true;
  };
}

/** In order of time; and each message of a device is made after the one before it. */
export function devicesInPlace(): InPlace<DeviceLine> {
  let lastMs = Number.NEGATIVE_INFINITY;
  const newest = new Map<string, number>();
  const handedOver = new Set<string>();
  let hasEnded = false;
  return (line) => {
    const beforeMs = lastMs;
    lastMs = line.atMs;
    if (line.atMs < beforeMs) throw new Error("it is earlier than the line before it");
    if (hasEnded) throw new Error("the devices had ended before it");
    if (line.type === "devices-end") hasEnded = true;
    if (line.type === "sent" && !line.again) {
      const before = newest.get(line.device) ?? 0;
      newest.set(line.device, line.seq);
      if (line.seq !== before + 1) throw new Error(`it does not follow message ${before} of ${line.device}`);
    }
    if (line.type !== "handed-over") return;
    const message = messageName(line);
    if (handedOver.has(message)) throw new Error(`${message} had been handed over before`);
    handedOver.add(message);
  };
}

/** By the database's own numbers, and nothing after their end. */
export function heldInPlace(): InPlace<HeldLine> {
  let last = Number.NEGATIVE_INFINITY;
  let hasEnded = false;
  return (line) => {
    if (hasEnded) throw new Error("the rows had ended before it");
    if (line.type !== "held") hasEnded = true;
    else if (line.pid <= last) throw new Error("its number is not above that of the row before it");
    else last = line.pid;
  };
}

/** One poll after the other, the states of the job in a site one after the other, and nothing after the end. */
export function bulkExportInPlace(): InPlace<BulkExportLine> {
  let polledMs = Number.NEGATIVE_INFINITY;
  const seenMs = new Map<SiteName, number>();
  let hasEnded = false;
  return (line) => {
    if (hasEnded) throw new Error("the export had ended before it");
    if (line.type === "end") hasEnded = true;
    if (line.type === "poll") {
      const beforeMs = polledMs;
      polledMs = line.doneMs;
      if (line.doneMs < line.sentMs) throw new Error("it was done before it was sent");
      if (line.sentMs < beforeMs) throw new Error("it is earlier than the poll before it");
    }
    if (line.type !== "job") return;
    const beforeMs = seenMs.get(line.side) ?? Number.NEGATIVE_INFINITY;
    seenMs.set(line.side, line.toMs);
    if (line.toMs < line.fromMs) throw new Error("it was last seen before it was first seen");
    if (line.fromMs < beforeMs) throw new Error(`it is earlier than the state on ${line.side.toUpperCase()} before it`);
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
