/** A made-up run with a vault: when it was away, and what its clients got from it. Pure. */
import type { FaultSpec, VaultFault } from "../../model/plan/fault.ts";
import type { Scenario } from "../../model/plan/scenario.ts";
import { SITES, type SiteName } from "../../model/plan/site.ts";
import type { Guards, VaultSettings } from "../../model/plan/vault.ts";
import type { DrillEvent } from "../../model/record/event.ts";
import type { VaultLine } from "../../model/record/vault.ts";
import type { Parts } from "./fake-run.ts";

export interface VaultPlan {
  guards: Guards;
  /** From the fault's last act to the start of its healing, by the drill's clock; `null`: it never comes back. */
  away: { kind: VaultFault["kind"]; fromMs: number; toMs: number | null } | null;
  /** When each site's client got what it asked for; a certificate is valid for `validMs` from then on. */
  givenMs: Record<SiteName, readonly number[]>;
  validMs: number;
  /** How often each renewer asks, if its ledger is to be complete. */
  renewSeconds: number;
  /** When an ask failed. */
  inVainMs: Record<SiteName, readonly number[]>;
  /** How many of a hundred files hold the text: in the stolen copy, and as the database sees them. */
  stolen: number;
  open: number;
}

function settingsOf({ guards, renewSeconds }: VaultPlan): VaultSettings {
  if (guards === "data") return { guards, retrySeconds: 1 };
  return { guards, certificateSeconds: 4 * renewSeconds, renewSeconds, maxLifetimeSeconds: 30 };
}

/** Never away; each client has what it needs from before the load on. */
export const VAULT_PLAN: VaultPlan = {
  ...{ guards: "data", away: null, givenMs: { a: [0], b: [0] }, validMs: 600_000, inVainMs: { a: [], b: [] } },
  ...{ renewSeconds: 15, stolen: 0, open: 7 },
};

/** Each site asks every 15 s for a certificate of a minute. Asks fail, after five seconds each, until the vault is back. */
const IN_VAIN_MS = [15_000, 35_000, 55_000];
export const CERTIFICATES_PLAN: Partial<VaultPlan> = {
  ...{ guards: "access", away: { kind: "vault-loss", fromMs: 10_000, toMs: 60_000 }, validMs: 60_000 },
  ...{ givenMs: { a: [0, 75_000], b: [0, 75_000] }, inVainMs: { a: IN_VAIN_MS, b: IN_VAIN_MS } },
};

const FILES = 100;
const BYTES = 100_000_000;

export function withVault(parts: Parts, changes: Partial<VaultPlan> = {}): Parts {
  const plan = { ...VAULT_PLAN, ...changes };
  const { guards, away } = plan;
  const offsetMs = parts.run.clock?.offsetMs ?? 0;
  const clients = SITES.flatMap((side): VaultLine[] => {
    const given = plan.givenMs[side].map((atMs): VaultLine => {
      const untilEpochMs = guards === "data" ? null : offsetMs + atMs + plan.validMs;
      return { type: "given", side, epochMs: offsetMs + atMs, untilEpochMs };
    });
    const failed = plan.inVainMs[side].map(
      (atMs): VaultLine => ({ type: "not-given", side, epochMs: offsetMs + atMs, status: 0 }),
    );
    return [...given, ...failed, { type: "client-end", side, lines: given.length + failed.length }];
  });
  const searches = SITES.flatMap((side): VaultLine[] => [
    { type: "searched", side, of: "open", files: FILES, bytes: BYTES, holding: plan.open },
    { type: "searched", side, of: "stolen", files: FILES, bytes: BYTES, holding: plan.stolen },
  ]);
  const { run } = parts;
  const events = away === null ? [] : eventsOf(away, run.scenario.faults.length, parts);
  return {
    ...parts,
    run: {
      ...run,
      scenario: away === null ? run.scenario : withFault(away, parts),
      config: { ...run.config, vault: settingsOf(plan) },
    },
    events: [...parts.events, ...events].toSorted((x, y) => x.atMs - y.atMs),
    vault: guards === "data" ? [...clients, ...searches] : clients,
  };
}

type AwayPlan = NonNullable<VaultPlan["away"]>;

/** Adds the fault; the load still ends when it did. */
function withFault(away: AwayPlan, parts: Parts): Scenario {
  const { scenario } = parts.run;
  const { load, faults } = scenario;
  const later = ((away.toMs ?? away.fromMs) - firstActMs(parts)) / 1000;
  return {
    ...scenario,
    load: { ...load, afterSeconds: load.afterSeconds - later },
    faults: [...faults, faultOf(away, parts)],
  };
}

/** Timed by the injection of the first fault of the run, as all acts are. */
function faultOf({ kind, fromMs, toMs }: AwayPlan, parts: Parts): FaultSpec {
  const afterSeconds = (fromMs - firstActMs(parts)) / 1000;
  return { kind, afterSeconds, ...(toMs !== null && { healAfterSeconds: (toMs - fromMs) / 1000 }) };
}

function eventsOf(away: AwayPlan, fault: number, parts: Parts): DrillEvent[] {
  const { kind, fromMs, toMs } = away;
  const of = { type: "fault", fault, kind } as const;
  const began: DrillEvent[] = [
    { ...of, state: "injecting", atMs: fromMs, detail: { ...faultOf(away, parts) } },
    { ...of, state: "injected", atMs: fromMs, detail: {} },
    { ...of, state: "evidenced", atMs: fromMs + 1, detail: {} },
  ];
  if (toMs === null) return began;
  return [...began, { ...of, state: "healed", atMs: toMs + 5, detail: { orderedMs: toMs } }];
}

function firstActMs({ events }: Parts): number {
  return events.find((event) => event.type === "fault" && event.state === "injecting")?.atMs as number;
}
