/**
 * Access ends: a component that loses the vault, or its permission there, must lose access to what the vault guards,
 * and soon enough. If the vault guards the key of the data, a running database goes on, and one that starts has to
 * wait. If it issues certificates, a FHIR server has access until its last certificate expires, and over the
 * connections that it has then for as long as it keeps connections (`maxLifetimeSeconds`): that is the bound.
 *
 * Past the bound: writes sent more than two seconds plus the clients' error after the bound of the server that
 * acknowledged them, and acknowledged before it had another certificate, by the clients' error at least. The clients'
 * error is the clock error plus a second, because renewers record whole seconds.
 *
 * Given meanwhile: keys or certificates that the vault issued while it was away, from the clients' error after it was
 * lost to the clients' error before it returned.
 *
 * Unit: writes; seconds from the expiry of a certificate to the last write that was sent and acknowledged over the
 * connections of before.
 * Broken: a write was acknowledged past the bound; or the vault issued a key or certificate while it was away.
 * Inconclusive: the ledger of the vault's clients is missing, damaged or incomplete, for example because a renewer is
 * silent for longer than its interval, or a certificate has no valid expiry, or a database that was started without the
 * vault recorded no failed ask, or one that was started and worked recorded no key; or the vault was never taken away.
 * No objective: there is no vault, or nothing was done to it; or access did not have to end: no database started
 * meanwhile, or each certificate was replaced before the bound.
 */
import { type History, OK } from "../model/columns/history.ts";
import { isVaultFault } from "../model/plan/fault.ts";
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { VaultSettings } from "../model/plan/vault.ts";
import { seconds } from "../model/verdict/told.ts";
import type { Checker } from "./checker.ts";
import type { Facts } from "./facts.ts";
import { type Ask, type VaultLedger, vaultLedger } from "./vault-ledger.ts";
import { NO_VAULT } from "./vault-return.ts";

/** Time from sending a write until it gets a connection, and for a connection that is in use when its lifetime ends. */
const SLACK_MS = 2000;

/** A time in which a server must have no access: from the bound of one certificate to the next certificate. */
interface Gap {
  site: SiteName;
  endedMs: number;
  boundMs: number;
  toMs: number;
}

export const accessEnds: Checker = {
  name: "access-ends",
  check: (record, facts) => {
    const { config, scenario } = record.run;
    if (config.vault === null) return NO_VAULT;
    const ledger = vaultLedger(record);
    if (ledger.unknown !== null) return { verdict: "inconclusive", reason: ledger.unknown };
    if (!scenario.faults.some(isVaultFault))
      return { verdict: "no-objective", reason: "nothing was done to the vault" };
    const meanwhile = givenMeanwhile(ledger);
    const gaps = gapsIn(ledger, config.vault, facts);
    const past = gaps.flatMap((gap) => acknowledgedIn(gap, record.history));
    const starts = waitedIn(ledger);
    const met = gaps.filter((gap) => isMet(gap, record.history));
    const servedSeconds = met.length === 0 ? null : Math.max(...met.map((gap) => servedAfterEnd(gap, record.history)));
    const { history } = record;
    const measures = {
      accessEnds: {
        ...{ past: { count: past.length, ids: past.map((i) => history.idAt(i)) }, givenMeanwhile: meanwhile.length },
        boundSeconds: config.vault.guards === "access" ? config.vault.maxLifetimeSeconds : null,
        ...{ servedSeconds, startsInVain: config.vault.guards === "data" ? starts.length : null },
      },
    };
    const evidence = [
      ...meanwhile.map(
        ({ side, atMs }) =>
          `the vault issued a key or certificate to its client at ${side.toUpperCase()} at ${inSeconds(atMs)}`,
      ),
      ...past.map((i) => {
        const { write, servedBy, line } = history.at(i);
        return `${write}: acknowledged by ${servedBy} past the bound, ledger.ndjson:${line}`;
      }),
    ];
    if (evidence.length > 0) {
      const reason = `${past.length} writes were acknowledged past the bound; the vault issued ${meanwhile.length} keys or certificates while it was away`;
      return { verdict: "broken", reason, evidence, measures };
    }
    if (config.vault.guards === "data") {
      if (starts.length === 0)
        return { verdict: "no-objective", reason: "no database started while the vault was away", measures };
      const sites = starts.map((site) => site.toUpperCase()).join(" and ");
      return { verdict: "holds", reason: `the database of ${sites} started without the vault, and waited`, measures };
    }
    if (servedSeconds === null)
      return { verdict: "no-objective", reason: "each certificate was replaced before access had to end", measures };
    const bound = `the bound is ${seconds(config.vault.maxLifetimeSeconds)}`;
    const reason =
      servedSeconds < 0
        ? `acknowledgements stopped before the certificate expired; ${bound}`
        : `writes were acknowledged until ${seconds(servedSeconds)} after the certificate expired; ${bound}`;
    return { verdict: "holds", reason, measures };
  },
};

function givenMeanwhile({ asks, away, errorMs }: VaultLedger): Ask[] {
  return SITES.flatMap((site) => asks[site]).filter(
    ({ given, atMs }) =>
      given &&
      away.some(({ fromMs, toMs }) => atMs > fromMs + errorMs && atMs < (toMs ?? Number.POSITIVE_INFINITY) - errorMs),
  );
}

/** Sites whose database asked the vault without success while it was away. */
function waitedIn({ asks, away }: VaultLedger): SiteName[] {
  return SITES.filter((site) =>
    asks[site].some(
      ({ given, atMs }) =>
        !given && away.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= (toMs ?? Number.POSITIVE_INFINITY)),
    ),
  );
}

function gapsIn({ asks, errorMs }: VaultLedger, vault: VaultSettings, { loadEndMs }: Facts): Gap[] {
  if (vault.guards !== "access") return [];
  return SITES.flatMap((site) => {
    const certificates = asks[site].filter(
      (ask): ask is Ask & { untilMs: number } => ask.given && ask.untilMs !== null,
    );
    return certificates.flatMap(({ untilMs }, i): Gap[] => {
      const boundMs = untilMs + vault.maxLifetimeSeconds * 1000 + SLACK_MS + errorMs;
      // The server may have had the certificate a moment before that was recorded.
      const toMs = Math.min(certificates[i + 1]?.atMs ?? Number.POSITIVE_INFINITY, loadEndMs) - errorMs;
      return boundMs < toMs ? [{ site, endedMs: untilMs, boundMs, toMs }] : [];
    });
  });
}

function sentIn({ length, invokedMs }: History, fromMs: number, toMs: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < length; i += 1)
    if ((invokedMs[i] as number) > fromMs && (invokedMs[i] as number) < toMs) found.push(i);
  return found;
}

function acknowledgedIn(gap: Gap, history: History): number[] {
  return sentIn(history, gap.boundMs, gap.toMs).filter((i) => isAcknowledgedBy(gap, i, history));
}

/** Excludes writes acknowledged after the gap: they may have waited for the next certificate. */
function isAcknowledgedBy({ site, toMs }: Gap, i: number, history: History): boolean {
  return history.outcome[i] === OK && (history.completedMs[i] as number) < toMs && history.servedByAt(i) === site;
}

/** Whether writes were sent in the gap, and the server of that site had served before. */
function isMet({ site, boundMs, toMs }: Gap, history: History): boolean {
  if (sentIn(history, boundMs, toMs).length === 0) return false;
  const before = sentIn(history, Number.NEGATIVE_INFINITY, boundMs).findLast((i) => history.outcome[i] === OK);
  return before !== undefined && history.servedByAt(before) === site;
}

/** In seconds; negative if service had stopped before the expiry. */
function servedAfterEnd(gap: Gap, history: History): number {
  const sent = sentIn(history, Number.NEGATIVE_INFINITY, gap.toMs);
  const last = sent.findLast((i) => isAcknowledgedBy(gap, i, history));
  return last === undefined ? Number.NaN : ((history.invokedMs[last] as number) - gap.endedMs) / 1000;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
