/**
 * Vault return: how long after the return of a vault it takes until everything is as before. The objective is 20
 * minutes, as the retired managed service promised.
 *
 * Service: until writes are acknowledged again, if they were not at the vault's return.
 * Clients: until each client whose asks had failed has what it asked for, a database its key and a renewer a
 * certificate.
 *
 * A vault has returned when the act that heals it has been carried out; whatever it then needs to answer again is part of
 * the time. Of several returns the slowest counts.
 *
 * Unit: seconds.
 * Broken: it took longer, or had taken longer when the load or the record ended.
 * Inconclusive: it was not over when the load or the record ended, which was before the objective's end; or the vault
 * was never lost, or never came back; or a switchover that was planned for its absence did not take place in it; or the
 * ledger of its clients is missing, damaged or incomplete, for example because a renewer is silent for longer than its
 * interval.
 * No objective: there is no vault, or nothing was done to it.
 */
import { isVaultFault } from "../model/plan/fault.ts";
import { SITES } from "../model/plan/site.ts";
import { RECONNECTED_WITHIN_SECONDS } from "../model/plan/vault.ts";
import type { RunRecord } from "../model/record/record.ts";
import { seconds } from "../model/verdict/told.ts";
import type { Checker } from "./checker.ts";
import { outages } from "./downtime.ts";
import { baselineBeganMs, type Facts } from "./facts.ts";
import { switchoversIn } from "./switchover.ts";
import { type Away, type VaultLedger, vaultLedger } from "./vault-ledger.ts";

export const NO_VAULT = { verdict: "no-objective", reason: "the configuration has no vault" } as const;

/** `seconds` is `null` if the wait was never over; it had then lasted for `atLeast`. */
interface Wait {
  who: string;
  seconds: number | null;
  atLeast: number;
}

export const vaultReturn: Checker = {
  name: "vault-return",
  check: (record, facts) => {
    const { config, scenario } = record.run;
    if (config.vault === null) return NO_VAULT;
    if (!scenario.faults.some(isVaultFault))
      return { verdict: "no-objective", reason: "nothing was done to the vault" };
    const ledger = vaultLedger(record);
    if (ledger.unknown !== null) return { verdict: "inconclusive", reason: ledger.unknown };
    const returns = ledger.away.flatMap(({ toMs, ...away }) => (toMs === null ? [] : [{ ...away, toMs }]));
    if (returns.length < ledger.away.length) return { verdict: "inconclusive", reason: "the vault never came back" };
    const service = returns.map((each) => serviceAfter(each.toMs, record, facts));
    const clients = returns.flatMap((each) => clientsAfter(each, ledger, record));
    const measures = {
      vaultReturn: { writesSeconds: slowest(service), clientsSeconds: slowest(clients) },
    };
    const outside = switchoversOutside(ledger.away, record);
    if (outside !== null) return { verdict: "inconclusive", reason: outside, measures };
    const waits = [...service, ...clients];
    const evidence = waits.filter(({ seconds: took }) => took !== 0).map(textOf);
    const objective = `the objective is ${RECONNECTED_WITHIN_SECONDS} s`;
    if (waits.some((wait) => wait.atLeast > RECONNECTED_WITHIN_SECONDS)) {
      const isLate = waits.every((wait) => wait.seconds !== null);
      return { verdict: "broken", reason: `${waits.map(textOf).join("; ")}; ${objective}`, evidence, measures, isLate };
    }
    const open = waits.filter((wait) => wait.seconds === null);
    if (open.length > 0)
      return { verdict: "inconclusive", reason: `${open.map(textOf).join("; ")}; ${objective}`, evidence, measures };
    const reason = evidence.length > 0 ? evidence.join("; ") : "nothing was waiting for the vault when it came back";
    return { verdict: "holds", reason: `${reason}; ${objective}`, evidence, measures };
  },
};

/** The operator waits until a site follows, and the vault may be back by then. */
function switchoversOutside(away: readonly Away[], { run, events }: RunRecord): string | null {
  const { faults, orders } = run.scenario;
  const absences = faults.filter(isVaultFault);
  const planned = orders.filter(
    ({ kind, afterSeconds: at }) =>
      kind === "switchover" &&
      absences.some(
        ({ afterSeconds, healAfterSeconds = Number.POSITIVE_INFINITY }) =>
          at >= afterSeconds && at < afterSeconds + healAfterSeconds,
      ),
  );
  const inside = switchoversIn(events).filter((span) =>
    away.some(({ fromMs, toMs }) => span.fromMs >= fromMs && span.toMs <= (toMs ?? Number.POSITIVE_INFINITY)),
  );
  if (inside.length >= planned.length) return null;
  return `${inside.length} of ${planned.length} switchovers planned for the vault's absence took place in it`;
}

function serviceAfter(returnedMs: number, { history, events }: RunRecord, facts: Facts): Wait {
  const who = "writes were acknowledged";
  const { intervals, censored } = outages(history, facts, baselineBeganMs(events) ?? Number.NEGATIVE_INFINITY);
  const open = intervals.findIndex(({ fromMs, toMs }) => fromMs < returnedMs && returnedMs < toMs);
  const interval = intervals[open];
  if (interval === undefined) return { who, seconds: 0, atLeast: 0 };
  const atLeast = (interval.toMs - returnedMs) / 1000;
  const isOpen = censored && open === intervals.length - 1;
  return { who, seconds: isOpen ? null : atLeast, atLeast };
}

function clientsAfter({ toMs }: Away & { toMs: number }, { asks }: VaultLedger, { events }: RunRecord): Wait[] {
  return SITES.map((side) => {
    const who = `the vault's client at ${side.toUpperCase()} had what it asked for`;
    const waits = asks[side].findLast(({ atMs }) => atMs < toMs)?.given === false;
    if (!waits) return { who, seconds: 0, atLeast: 0 };
    const given = asks[side].find(({ atMs, given }) => given && atMs >= toMs);
    // Until the last event, an answer would have been recorded.
    const lastMs = given?.atMs ?? events.at(-1)?.atMs ?? toMs;
    const atLeast = Math.max(0, lastMs - toMs) / 1000;
    return { who, seconds: given === undefined ? null : atLeast, atLeast };
  });
}

function textOf({ who, seconds: took, atLeast }: Wait): string {
  if (took === null) return `${seconds(atLeast)} after the vault's return not yet: ${who}`;
  return `${seconds(took)} after the vault's return: ${who}`;
}

/** `null` if one of them was never over. */
function slowest(waits: readonly Wait[]): number | null {
  if (waits.some((wait) => wait.seconds === null)) return null;
  return waits.reduce((most, wait) => Math.max(most, wait.seconds as number), 0);
}
