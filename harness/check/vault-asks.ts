/**
 * Vault asks: what the vault's clients recorded, checked against how they work, so that missing asks are noticed.
 *
 * A renewer asks again a fixed time after each answer, whatever the answer, unless it is lost with its region; and a
 * certificate ends no later than the configuration says. A database asks when it starts, and after a failed ask again
 * until it has its key, unless it is lost again. So one that was started, after a loss or by the operator, and works,
 * has had its key since; and one that was started while the vault was away, and for long enough, has asked without
 * success.
 */
import type { FaultSpec } from "../model/plan/fault.ts";
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { VaultSettings } from "../model/plan/vault.ts";
import type { FaultEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import { baselineBeganMs, orderedAt, phaseBeganMs, statesOf } from "./facts.ts";
import type { Ask, VaultLedger } from "./vault-ledger.ts";

/** How long an ask without an answer takes. */
const RENEWAL_MS = 5000;
const KEY_MS = 3000;
/** For a busy machine. */
const BUSY_MS = 10_000;
/** How long the operator takes to stop a server and a database that do not stop by themselves. */
const STOP_MS = 25_000;
/** A certificate's end and the time of a line are whole seconds. */
const ROUNDED_MS = 2000;

type Told = Omit<VaultLedger, "unknown">;
type Guarding<Guards> = Extract<VaultSettings, { guards: Guards }>;

/** Why the asks are incomplete; `null` when they are complete. */
export function whyNotAsked(record: RunRecord, told: Told): string | null {
  const { vault } = record.run.config;
  if (vault === null) return null;
  return vault.guards === "access" ? whyNotRenewed(record, told, vault) : whyNotWaited(record, told, vault);
}

function whyNotRenewed(
  record: RunRecord,
  { asks }: Told,
  { certificateSeconds, renewSeconds }: Guarding<"access">,
): string | null {
  const baselineMs = baselineBeganMs(record.events);
  const quietMs = phaseBeganMs(record.events, "quiesce");
  for (const side of SITES) {
    const name = side.toUpperCase();
    const wrong = asks[side].find((ask) => ask.given && !isWithin(ask, certificateSeconds));
    if (wrong !== undefined)
      return `a certificate that the vault gave to ${name} at ${inSeconds(wrong.atMs)} has no end within ${certificateSeconds} s`;
    const askedMs = asks[side].map(({ atMs }) => atMs);
    // Writes need a certificate, so there is one before the baseline.
    const isCut = baselineMs !== undefined && (askedMs[0] ?? Number.POSITIVE_INFINITY) > baselineMs;
    const timesMs = [...(isCut ? [baselineMs] : []), ...askedMs, ...(quietMs === undefined ? [] : [quietMs])];
    const losses = lossesOf(record, isOfRegion(side), ({ state, atMs }) =>
      state === "healed" ? atMs : Number.POSITIVE_INFINITY,
    );
    const silence = silenceIn(timesMs, losses, renewSeconds * 1000 + RENEWAL_MS + BUSY_MS);
    if (silence !== null)
      return `the vault's client at ${name} asks every ${renewSeconds} s, but recorded nothing ${spanText(silence)}`;
  }
  return null;
}

function isWithin({ atMs, untilMs }: Ask, certificateSeconds: number): boolean {
  return untilMs !== null && untilMs <= atMs + certificateSeconds * 1000 + ROUNDED_MS;
}

function whyNotWaited(record: RunRecord, told: Told, { retrySeconds }: Guarding<"data">): string | null {
  const quietMs = phaseBeganMs(record.events, "quiesce");
  for (const side of SITES) {
    const asks = told.asks[side];
    for (const start of [...startsOf(side, record), ...restartsOf(side, record)]) {
      const started = `the database of ${side.toUpperCase()} was started at ${inSeconds(start.orderedMs)} at the latest`;
      if (!hasAskedAfter(start, asks, told)) return `${started}, without the vault, but recorded no failed ask`;
      if (!hasHadItsKey(start, asks, told)) return `${started}, and worked, but recorded no key`;
    }
    const isOfDatabase = (fault: FaultSpec) => isOfRegion(side)(fault) || isOf(`pg-${side}`, fault);
    // It is back before it works: it waits for its key.
    const losses = lossesOf(record, isOfDatabase, orderedAt);
    for (const [i, { given, atMs }] of asks.entries()) {
      const nextMs = asks[i + 1]?.atMs ?? quietMs;
      if (given || nextMs === undefined) continue;
      const silence = silenceIn([atMs, nextMs], losses, retrySeconds * 1000 + KEY_MS + BUSY_MS);
      if (silence !== null)
        return `the database of ${side.toUpperCase()} waited for its key and asks every ${retrySeconds} s, but recorded nothing ${spanText(silence)}`;
    }
  }
  return null;
}

/** A start of a database that was lost, or stopped by the operator. */
interface Start {
  lostMs: number;
  orderedMs: number;
  /** `null`: it was not seen working. */
  worksMs: number | null;
}

function startsOf(side: SiteName, { run, events }: RunRecord): Start[] {
  return run.scenario.faults.flatMap((fault, index): Start[] => {
    const isKill = fault.kind === "process-kill" && isOf(`pg-${side}`, fault);
    if (!isKill && !isOfRegion(side)(fault)) return [];
    const states = statesOf(events, index);
    const lostMs = states.find(({ state }) => state === "injecting")?.atMs;
    const healed = states.find(isHealing);
    if (lostMs === undefined || healed === undefined) return [];
    return [{ lostMs, orderedMs: orderedAt(healed), worksMs: healed.state === "healed" ? healed.atMs : null }];
  });
}

/** When the operator started it is not recorded: at the latest when all had been stopped by force. */
function restartsOf(side: SiteName, { events }: RunRecord): Start[] {
  return events.flatMap((event): Start[] => {
    if (event.type !== "operator" || event.plan !== "restart" || event.side !== side) return [];
    const { step, atMs, tookMs } = event;
    const isStarted = step === "done" || (step === "failed" && tookMs >= STOP_MS);
    if (!isStarted) return [];
    const lostMs = atMs - tookMs;
    return [{ lostMs, orderedMs: lostMs + STOP_MS, worksMs: step === "done" ? atMs : null }];
  });
}

/**
 * Whether the database recorded what it must have if the vault was away. It was started a moment before the order was
 * recorded, and may have had its key before the vault was away.
 */
function hasAskedAfter({ lostMs, orderedMs }: Start, asks: readonly Ask[], { away, errorMs }: Told): boolean {
  const absence = away.find(
    ({ fromMs, toMs }) => orderedMs >= fromMs && orderedMs < (toMs ?? Number.POSITIVE_INFINITY),
  );
  if (absence === undefined) return true;
  const toMs = absence.toMs ?? Number.POSITIVE_INFINITY;
  if (toMs - orderedMs <= KEY_MS + BUSY_MS) return true;
  return asks.some(({ given, atMs }) => atMs >= lostMs - errorMs && atMs <= (given ? absence.fromMs : toMs) + errorMs);
}

function hasHadItsKey({ lostMs, worksMs }: Start, asks: readonly Ask[], { errorMs }: Told): boolean {
  if (worksMs === null) return true;
  return asks.some(({ given, atMs }) => given && atMs >= lostMs - errorMs && atMs <= worksMs + errorMs);
}

function isOfRegion(side: SiteName): (fault: FaultSpec) => boolean {
  return (fault) => fault.kind === "region-loss" && fault.side === side;
}

function isOf(component: string, fault: FaultSpec): boolean {
  return "part" in fault && fault.part === component;
}

function isHealing({ state }: FaultEvent): boolean {
  return state === "healed" || state === "not-healed";
}

/** Each from its first act until it was healed, in order of time. */
function lossesOf(
  { run, events }: RunRecord,
  isLoss: (fault: FaultSpec) => boolean,
  endOf: (healed: FaultEvent) => number,
): Interval[] {
  const losses = run.scenario.faults.flatMap((fault, index): Interval[] => {
    if (!isLoss(fault)) return [];
    const states = statesOf(events, index);
    const began = states.find(({ state }) => state === "injecting");
    const healed = states.find(isHealing);
    return began === undefined ? [] : [{ fromMs: began.atMs, toMs: healed ? endOf(healed) : Number.POSITIVE_INFINITY }];
  });
  return losses.toSorted((x, y) => x.fromMs - y.fromMs);
}

/** The first silence that is too long and not within a loss. */
function silenceIn(timesMs: readonly number[], losses: readonly Interval[], mostMs: number): Interval | null {
  for (const [i, toMs] of timesMs.entries()) {
    if (i === 0) continue;
    let fromMs = timesMs[i - 1] as number;
    for (const loss of losses) {
      if (loss.fromMs >= toMs || loss.toMs <= fromMs) continue;
      if (loss.fromMs - fromMs > mostMs) return { fromMs, toMs: loss.fromMs };
      fromMs = loss.toMs;
    }
    if (toMs - fromMs > mostMs) return { fromMs, toMs };
  }
  return null;
}

function spanText({ fromMs, toMs }: Interval): string {
  return `from ${inSeconds(fromMs)} to ${inSeconds(toMs)}`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
