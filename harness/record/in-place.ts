/**
 * Checks the order of lines: lines are written when something has happened, so they are in order of time, and none is
 * repeated. Each check gets the lines of a file one by one and throws when a line is out of place.
 */
import { messageName } from "../model/load/device-message.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { AuditLine } from "../model/record/audit.ts";
import type { BulkExportLine } from "../model/record/bulk-export.ts";
import type { DeviceLine, HeldLine } from "../model/record/device.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";

export type InPlace<Line> = (line: Line) => void;

const TWICE = "it repeats the line before it";

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

/** Per sort of probe, because a slow probe is recorded after later ones. */
export function probesInPlace(): InPlace<ProbeLine> {
  const lasts = new Map<string, ProbeLine>();
  return (probe) => {
    const sort = `${probe.type} ${"part" in probe ? probe.part : "side" in probe ? probe.side : ""}`;
    const last = lasts.get(sort);
    lasts.set(sort, probe);
    if ("sentMs" in probe && probe.doneMs < probe.sentMs) throw new Error("it was done before it was sent");
    if (last === undefined) return;
    if (recordedMs(probe) < recordedMs(last)) throw new Error("it is earlier than the sample of its sort before it");
    if (recordedMs(probe) === recordedMs(last) && isSame(last, probe)) throw new Error(TWICE);
    // Each sample continues the previous one.
    if (probe.type === "machine" && last.type === "machine" && probe.fromMs !== last.atMs)
      throw new Error("the sample before it is missing");
  };
}

function recordedMs(probe: ProbeLine): number {
  return "atMs" in probe ? probe.atMs : probe.doneMs;
}

/** Per site: rows in the order of the database's numbers, their end, then the reads and searches, and their end. */
export function auditInPlace(): InPlace<AuditLine> {
  const sites = new Map<SiteName, { pid: number; ended: boolean; asked: boolean }>();
  return (line) => {
    const site = sites.get(line.side) ?? { pid: Number.NEGATIVE_INFINITY, ended: false, asked: false };
    sites.set(line.side, site);
    const name = line.side.toUpperCase();
    if (line.type === "row" || line.type === "rows-end" || line.type === "unreadable") {
      if (site.ended) throw new Error(`the rows of ${name} had ended before it`);
      if (line.type !== "row") site.ended = true;
      else if (line.pid <= site.pid) throw new Error(`its number is not above that of the row of ${name} before it`);
      else site.pid = line.pid;
      return;
    }
    if (site.asked) throw new Error(`what was asked of ${name} had ended before it`);
    if (!site.ended) throw new Error(`the rows of ${name} have not ended before it`);
    if (line.type === "reads-end") site.asked = true;
  };
}

/** In order of time; the new messages of a device are numbered without gaps. */
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

/** In the order of the database's numbers, and nothing after the end. */
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

/** Polls in order, the states of the job at each site in order, and nothing after the end. */
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
