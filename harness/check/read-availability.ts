/**
 * Read availability: how long nobody could read, measured by the reads and searches that a load sends beside its
 * writes. Each asks for a register. Answered: the register was returned, in any version. Downtime of reads is defined
 * as that of writes (`downtime`), with answers in place of acknowledgements: if a site that does not serve answers
 * reads while writes stop, it is the shorter of the two. Reads by id and searches are judged separately, and the
 * longer outage is reported: an index can be away by itself.
 *
 * Stale: the returned version is older than one that was acknowledged before the read was sent, by more than the clock
 * error, and that the serving site still has; lost versions are counted as losses. Its age is the time from the
 * acknowledgement of the first newer version to the sending of the read.
 *
 * A measure, beside downtime. Reads are not writes: no other check counts them.
 *
 * Unit: seconds; shares of 1; reads.
 * Inconclusive: reads that the load was to send are missing or were sent too late; the outage had not ended when the
 * load did; there is no baseline; or what the serving site holds is not known, so staleness cannot be measured.
 * No objective: in all other cases, and if the load sends no reads.
 */
import { INFO, OK } from "../model/columns/history.ts";
import { LOOK_KINDS } from "../model/load/look.ts";
import { registerOf } from "../model/load/write.ts";
import { loadTimes } from "../model/plan/scenario.ts";
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { RegisterLook, RunRecord } from "../model/record/record.ts";
import { totalMs } from "../stats/intervals.ts";
import type { Checker } from "./checker.ts";
import { clockErrors, runnerErrors } from "./clock-errors.ts";
import { outages } from "./downtime.ts";
import { baselineBeganMs, type Facts } from "./facts.ts";
import { WHOLE } from "./survivors.ts";

/** The same tolerance as for the times of writes. */
const LATE_MS = 500;
const ROUNDING = 1e-6;

export const readAvailability: Checker = {
  name: "read-availability",
  needsTimes: true,
  check: (record, facts) => {
    if (record.run.scenario.load.reads === undefined)
      return { verdict: "no-objective", reason: "the load sends no reads" };
    const fromMs = baselineBeganMs(record.events);
    if (fromMs === undefined) return { verdict: "inconclusive", reason: "the baseline was never reached" };
    const wrong = wrongReads(record);
    if (wrong !== null) return { verdict: "inconclusive", reason: wrong };
    const reads = record.looks.filter(({ sentMs }) => sentMs >= fromMs);
    const answered = reads.filter(isAnswered);
    const { kind, intervals, censored } = worstOutage(reads, fromMs);
    const seconds = totalMs(intervals) / 1000;
    const ages = facts.holdings.serving.complete ? staleAges(record, facts, answered) : null;
    const answeredBy = Object.fromEntries(
      SITES.map((site) => [site, answered.filter(({ servedBy }) => servedBy === site).length]),
    ) as Record<SiteName, number>;
    const measures = {
      readAvailability: {
        ...{ asked: reads.length, answered: answered.length, share: answered.length / Math.max(1, reads.length) },
        ...{ seconds, censored, intervals, answeredBy },
        ...{ stale: ages?.length ?? null, stalestMs: ages?.reduce((most, ms) => Math.max(most, ms), 0) ?? null },
      },
    };
    const reason = [
      `nobody could ${kind} for ${censored ? "at least " : ""}${seconds.toFixed(3)} s; ${answered.length} of ${reads.length} reads were answered`,
      ages === null
        ? `how many were stale is not known, because what ${facts.serving.toUpperCase()} holds is not`
        : staleText(ages),
    ].join("; ");
    const evidence = intervals.map((i) => `${(i.fromMs / 1000).toFixed(3)} s … ${(i.toMs / 1000).toFixed(3)} s`);
    if (censored)
      return { verdict: "inconclusive", reason: `${reason}; it had not ended when the load did`, evidence, measures };
    return { verdict: ages === null ? "inconclusive" : "no-objective", reason, evidence, measures };
  },
};

function worstOutage(reads: readonly RegisterLook[], fromMs: number) {
  const lastMs = reads.at(-1)?.sentMs ?? 0;
  const all = LOOK_KINDS.map((kind) => {
    const own = reads.filter(({ by }) => by === kind);
    return { kind, ...outages(columnsOf(own), timesOf(own, lastMs), fromMs) };
  });
  const [worst] = all.toSorted(
    (x, y) => Number(y.censored) - Number(x.censored) || totalMs(y.intervals) - totalMs(x.intervals),
  );
  return worst as (typeof all)[number];
}

/** Why the reads are not numbered without a gap, as many as planned, and each on time; `null` when they are. */
function wrongReads({ looks: reads, run }: RunRecord): string | null {
  const { load } = run.scenario;
  const rate = load.reads?.ratePerSecond ?? 0;
  const due = Math.floor(loadTimes(run.scenario).end * rate + ROUNDING);
  if (reads.length !== due && reads.length !== due + 1)
    return `the ledger has ${reads.length} reads, and the scenario ${due}`;
  const highest = reads.reduce((most, { n }) => Math.max(most, n), 0);
  if (highest !== reads.length - 1) return "the ledger lacks reads in the middle of the load";
  const zeros = new Map<string, number>();
  for (const { n, sentMs, runner } of reads) {
    const zeroMs = sentMs - (n * 1000) / rate;
    const ownMs = zeros.get(runner) ?? zeroMs;
    zeros.set(runner, ownMs);
    if (Math.abs(zeroMs - ownMs) > LATE_MS)
      return `read ${n} was sent ${((zeroMs - ownMs) / 1000).toFixed(3)} s off the load's schedule`;
  }
  return null;
}

function isAnswered({ status, version }: RegisterLook): boolean {
  return status === 200 && version !== null;
}

function columnsOf(reads: readonly RegisterLook[]) {
  return {
    length: reads.length,
    outcome: Uint8Array.from(reads, (read) => (isAnswered(read) ? OK : INFO)),
    status: Uint32Array.from(reads, ({ status }) => status),
    invokedMs: Float64Array.from(reads, ({ sentMs }) => sentMs),
  };
}

function timesOf(reads: readonly RegisterLook[], loadEndMs: number) {
  const acksMs = Float64Array.from(reads.filter(isAnswered), ({ doneMs }) => doneMs).sort();
  return { acksMs, loadEndMs };
}

/** The age of each stale read, in milliseconds. */
function staleAges(record: RunRecord, facts: Facts, reads: readonly RegisterLook[]): number[] {
  const { history } = record;
  const { fates } = facts.holdings.serving;
  const errorMs = clockErrors(record);
  const acks = new Map<number, { version: number; ackMs: number }[]>();
  for (let i = 0; i < history.length; i += 1) {
    if (history.readAt(i) === null || history.outcome[i] !== OK || fates[i] !== WHOLE) continue;
    const version = history.storedVersion[history.storedFrom(i)] as number;
    const register = registerOf(history.n[i] as number);
    const own = acks.get(register) ?? [];
    acks.set(register, own);
    own.push({ version, ackMs: (history.completedMs[i] as number) + errorMs(i) });
  }
  const readErrorMs = runnerErrors(record);
  return reads.flatMap(({ register, version, sentMs, runner }) => {
    const beganMs = sentMs - readErrorMs(runner);
    const missed = (acks.get(register) ?? []).filter((ack) => ack.version > (version as number) && ack.ackMs < beganMs);
    return missed.length === 0 ? [] : [beganMs - Math.min(...missed.map(({ ackMs }) => ackMs))];
  });
}

function staleText(ages: readonly number[]): string {
  if (ages.length === 0) return "none was stale";
  const most = ages.reduce((worst, ms) => Math.max(worst, ms), 0);
  return `${ages.length} were stale, the stalest by ${(most / 1000).toFixed(3)} s`;
}
