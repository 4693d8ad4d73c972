/**
 * What the clients of the vault got from it, by the drill's clock, and when it was taken from them.
 *
 * The ledger is complete if it is readable, each site has as many lines as its end counts, and its clients recorded
 * all their asks (`vault-asks.ts`). A vault is away from the last act of its fault until the act that heals it has been
 * carried out: from then on its clients wait for nothing but themselves.
 */
import { isVaultFault } from "../model/plan/fault.ts";
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { ClientLine } from "../model/record/vault.ts";
import { orderedAt, statesOf } from "./facts.ts";
import { whyUntimed } from "./untimed.ts";
import { whyNotAsked } from "./vault-asks.ts";

const OK = 200;
/** Renewers record the end of the second. */
const WHOLE_SECONDS_MS = 1000;

export interface Ask {
  side: SiteName;
  atMs: number;
  /** Whether it got what it asked for. */
  given: boolean;
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** End of a certificate; else `null`. */
  untilMs: number | null;
}

export interface Away {
  /** Its fault, by its index in the scenario. */
  fault: number;
  kind: string;
  /** The first act of the fault. */
  beganMs: number;
  /** The last one. */
  fromMs: number;
  /** `null`: it never came back. */
  toMs: number | null;
}

export interface VaultLedger {
  /** By site, in order of time. */
  asks: Record<SiteName, Ask[]>;
  /** In the order of the scenario. */
  away: Away[];
  /** Error of the clients' times. */
  errorMs: number;
  /** Why nothing can be concluded; `null` when it can. */
  unknown: string | null;
}

export function vaultLedger(record: RunRecord): VaultLedger {
  const { run, vault } = record;
  const clock = run.clock ?? { offsetMs: 0, errorMs: 0 };
  const ofSite = (side: SiteName): Ask[] =>
    vault
      .filter((line): line is ClientLine => (line.type === "given" || line.type === "not-given") && line.side === side)
      .map((line) => ({
        ...{ side, atMs: line.epochMs - clock.offsetMs, given: line.type === "given" },
        status: line.type === "given" ? OK : line.status,
        untilMs: line.type === "given" && line.untilEpochMs !== null ? line.untilEpochMs - clock.offsetMs : null,
      }))
      .toSorted((x, y) => x.atMs - y.atMs);
  const asks = Object.fromEntries(SITES.map((site) => [site, ofSite(site)])) as Record<SiteName, Ask[]>;
  const told = { asks, away: awayIn(record), errorMs: clock.errorMs + WHOLE_SECONDS_MS };
  const unknown = whyUntimed(record) ?? whyNotWhole(record) ?? whyNotAsked(record, told) ?? whyNotAway(record);
  return { ...told, unknown };
}

function awayIn({ run, events }: RunRecord): Away[] {
  return run.scenario.faults.flatMap((fault, index): Away[] => {
    if (!isVaultFault(fault)) return [];
    const states = statesOf(events, index);
    const injected = states.find(({ state }) => state === "injected");
    const healed = states.find(({ state }) => state === "healed");
    if (injected === undefined) return [];
    const beganMs = states.find(({ state }) => state === "injecting")?.atMs ?? injected.atMs;
    const toMs = healed ? orderedAt(healed) : null;
    return [{ ...{ fault: index, kind: fault.kind }, ...{ beganMs, fromMs: injected.atMs, toMs } }];
  });
}

function whyNotWhole({ vault, legibility }: RunRecord): string | null {
  const { torn, unreadableCount } = legibility.vault;
  if (torn || unreadableCount > 0) return "the ledger of the vault's clients is damaged";
  for (const side of SITES) {
    const name = side.toUpperCase();
    const own = vault.filter((line) => line.side === side);
    const unreadable = own.find((line) => line.type === "unreadable" && line.what === "client");
    if (unreadable?.type === "unreadable") return `what ${name} got from the vault is not known: ${unreadable.why}`;
    const ends = own.filter((line) => line.type === "client-end");
    const asks = own.filter(({ type }) => type === "given" || type === "not-given").length;
    if (ends.length !== 1 || ends[0]?.lines !== asks)
      return `the ledger of the vault's client at ${name} is incomplete`;
    if (!own.some(({ type }) => type === "given")) return `the vault's client at ${name} never got anything`;
  }
  return null;
}

/** A planned vault fault that was never injected. */
function whyNotAway({ run, events }: RunRecord): string | null {
  const missing = run.scenario.faults.find(
    (fault, index) => isVaultFault(fault) && !statesOf(events, index).some(({ state }) => state === "injected"),
  );
  return missing === undefined ? null : `${missing.kind} was never injected`;
}
