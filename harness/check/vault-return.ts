/**
 * Vault return: how long after the return of a vault it takes until everything is as before. The objective is 20
 * minutes, as the retired managed service promised.
 *
 * Service: until the end of the last time after the return that service was away (as for RTO), except for what another
 * act of the schedule caused ten seconds or more after service was back. A few missed writes count if they were being
 * missed at the return, or within three seconds after the end of what counts.
 * Clients: until each client whose last ask before the return failed, or any after it and before the next absence, has
 * what it asked for, a database its key and a renewer a certificate: the first success after the last of these failures.
 *
 * A vault has returned when the act that heals it has been carried out; whatever it then needs to answer again is part of
 * the time. Of several returns the slowest counts.
 *
 * Unit: seconds.
 * Broken: it took longer, or had taken longer when the load or the record ended.
 * Inconclusive: it was not over when the load or the record ended, which was before the objective's end; or no write
 * was sent after the return, or there is no baseline; or the vault was never lost, or never came back; or a switchover
 * that was planned for its absence did not take place in it; or the ledger of its clients is missing, damaged or
 * incomplete, for example because a renewer is silent for longer than its interval, or because a database that was
 * started without the vault recorded no failed ask, or one that was started and worked recorded no key.
 * No objective: there is no vault, or nothing was done to it.
 */
import { isVaultFault } from "../model/plan/fault.ts";
import { RECONNECTED_WITHIN_SECONDS } from "../model/plan/vault.ts";
import type { RunRecord } from "../model/record/record.ts";
import { seconds } from "../model/verdict/told.ts";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import type { Checker } from "./checker.ts";
import { switchoversIn } from "./switchover.ts";
import { type Away, vaultLedger } from "./vault-ledger.ts";
import { clientsAfter, serviceAfter, type Wait } from "./vault-waits.ts";

export const NO_VAULT = { verdict: "no-objective", reason: "the configuration has no vault" } as const;

export const vaultReturn: Checker = {
  name: "vault-return",
  check: (record, facts) => {
    const { config, scenario } = record.run;
    if (config.vault === null) return NO_VAULT;
    const ledger = vaultLedger(record);
    if (ledger.unknown !== null) return { verdict: "inconclusive", reason: ledger.unknown };
    if (!scenario.faults.some(isVaultFault))
      return { verdict: "no-objective", reason: "nothing was done to the vault" };
    const returns = ledger.away.flatMap(({ toMs, ...away }) => (toMs === null ? [] : [{ ...away, toMs }]));
    if (returns.length < ledger.away.length) return { verdict: "inconclusive", reason: "the vault never came back" };
    const { baseline, loadEndMs } = facts;
    if (baseline === null) return { verdict: "inconclusive", reason: "there is no baseline" };
    if (returns.some(({ toMs }) => toMs >= loadEndMs))
      return { verdict: "inconclusive", reason: "no write was sent after the vault's return" };
    const service = returns.map((each) => serviceAfter(each, record, facts, baseline));
    const clients = returns.flatMap((each) => clientsAfter(each, ledger, record));
    const took = { writesSeconds: slowest(service), clientsSeconds: slowest(clients) };
    const outside = switchoversOutside(ledger.away, record);
    if (outside !== null) {
      // Bounds are for runs that are inconclusive only because an end was not observed.
      const measures = { vaultReturn: { ...UNMEASURED.vaultReturn, ...took } };
      return { verdict: "inconclusive", reason: outside, measures };
    }
    const measures = {
      vaultReturn: {
        ...took,
        ...{ writesCensoredAtSeconds: openFor(service), clientsCensoredAtSeconds: openFor(clients) },
      },
    };
    const waits = [...service, ...clients];
    const evidence = waits.filter((wait) => wait.seconds !== 0).map(textOf);
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

function textOf({ who, seconds: took, atLeast }: Wait): string {
  if (took === null) return `${seconds(atLeast)} after the vault's return not yet: ${who}`;
  return `${seconds(took)} after the vault's return: ${who}`;
}

/** How long the longest of them had lasted, if one was never over; `null` if all were. */
function openFor(waits: readonly Wait[]): number | null {
  if (waits.every((wait) => wait.seconds !== null)) return null;
  return waits.reduce((most, { atLeast }) => Math.max(most, atLeast), 0);
}

/** `null` if one of them was never over. */
function slowest(waits: readonly Wait[]): number | null {
  if (waits.some((wait) => wait.seconds === null)) return null;
  return waits.reduce((most, wait) => Math.max(most, wait.seconds as number), 0);
}
