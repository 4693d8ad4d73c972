/**
 * Read availability: how long nobody could read, of the reads and searches that a load sends beside its writes. Each looks at a
 * register. Answered: the register was given, in some version. Downtime of reads is that of writes (`downtime`), with answers in
 * place of acknowledgements: where a site that does not serve answers reads while writes stop, the one is shorter than the other.
 * Reads by id and searches are looked at by themselves, and the longer outage is told: an index can be away by itself.
 *
 * Stale: the version that was given is older than one that was acknowledged before the look was sent, by more than clocks may
 * be off, and that the serving side still has: what was lost is for the losses to say. It is as old as the time from that
 * acknowledgement, of the first newer version, to the sending of the look.
 *
 * A measure, beside downtime. Reads are no writes: no other check counts them.
 *
 * Unit: seconds; shares of 1; looks.
 * Inconclusive: looks are missing that the load was to send, or were sent too late; the outage had not ended when the load did;
 * there is no baseline; or what the serving side holds is not known, so that nobody can say what was stale.
 * No objective: always else; and where the load reads nothing by itself.
 */
import { INFO, OK } from "../model/columns/history.ts";
import { LOOK_KINDS } from "../model/load/look.ts";
import { registerOf } from "../model/load/write.ts";
import { loadTimes } from "../model/plan/scenario.ts";
import type { RegisterLook, RunRecord } from "../model/record/record.ts";
import { totalMs } from "../stats/intervals.ts";
import type { Checker } from "./checker.ts";
import { clockErrors, runnerErrors } from "./clock-errors.ts";
import { outages } from "./downtime.ts";
import { baselineBeganMs, type Facts } from "./facts.ts";
import { WHOLE } from "./survivors.ts";

/** As of the writes' beat. */
const LATE_MS = 500;
const ROUNDING = 1e-6;

export const readAvailability: Checker = {
  name: "read-availability",
  needsTimes: true,
  check: (record, facts) => {
    if (record.run.scenario.load.reads === undefined)
      return { verdict: "no-objective", reason: "the load reads nothing by itself" };
    const fromMs = baselineBeganMs(record.events);
    if (fromMs === undefined) return { verdict: "inconclusive", reason: "the baseline was never reached" };
    const wrong = wrongLooks(record);
    if (wrong !== null) return { verdict: "inconclusive", reason: wrong };
    const looks = record.looks.filter(({ sentMs }) => sentMs >= fromMs);
    const answered = looks.filter(isAnswered);
    const { kind, intervals, censored } = worstOutage(looks, fromMs);
    const seconds = totalMs(intervals) / 1000;
    const ages = facts.holdings.serving.complete ? staleAges(record, facts, answered) : null;
    const answeredBy = { a: 0, b: 0 };
    for (const { servedBy } of answered) if (servedBy === "a" || servedBy === "b") answeredBy[servedBy] += 1;
    const measures = {
      readAvailability: {
        ...{ asked: looks.length, answered: answered.length, share: answered.length / Math.max(1, looks.length) },
        ...{ seconds, censored, intervals, answeredBy },
        ...{ stale: ages?.length ?? null, stalestMs: ages?.reduce((most, ms) => Math.max(most, ms), 0) ?? null },
      },
    };
    const told = [
      `nobody could ${kind} for ${censored ? "at least " : ""}${seconds.toFixed(3)} s; ${answered.length} of ${looks.length} looks were answered`,
      ages === null
        ? `how many were stale is not known: nor is what ${facts.serving.toUpperCase()} holds`
        : staleText(ages),
    ].join("; ");
    const evidence = intervals.map((i) => `${(i.fromMs / 1000).toFixed(3)} s … ${(i.toMs / 1000).toFixed(3)} s`);
    if (censored)
      return { verdict: "inconclusive", reason: `${told}; it had not ended when the load did`, evidence, measures };
    return { verdict: ages === null ? "inconclusive" : "no-objective", reason: told, evidence, measures };
  },
};

function worstOutage(looks: readonly RegisterLook[], fromMs: number) {
  const lastMs = looks.at(-1)?.sentMs ?? 0;
  const all = LOOK_KINDS.map((kind) => {
    const own = looks.filter(({ by }) => by === kind);
    return { kind, ...outages(columnsOf(own), timesOf(own, lastMs), fromMs) };
  });
  const [worst] = all.toSorted(
    (x, y) => Number(y.censored) - Number(x.censored) || totalMs(y.intervals) - totalMs(x.intervals),
  );
  return worst as (typeof all)[number];
}

/** Numbered without a hole, as many as were to be sent, and each in its time. */
function wrongLooks({ looks, run }: RunRecord): string | null {
  const { load } = run.scenario;
  const rate = load.reads?.ratePerSecond ?? 0;
  const due = Math.floor(loadTimes(run.scenario).end * rate + ROUNDING);
  if (looks.length !== due && looks.length !== due + 1)
    return `the ledger has ${looks.length} looks, and the scenario ${due}`;
  const highest = looks.reduce((most, { n }) => Math.max(most, n), 0);
  if (highest !== looks.length - 1) return "the ledger lacks looks in the middle of the load";
  const zeros = new Map<string, number>();
  for (const { n, sentMs, runner } of looks) {
    const zeroMs = sentMs - (n * 1000) / rate;
    const ownMs = zeros.get(runner) ?? zeroMs;
    zeros.set(runner, ownMs);
    if (Math.abs(zeroMs - ownMs) > LATE_MS)
      return `look ${n} was sent ${((zeroMs - ownMs) / 1000).toFixed(3)} s off the load's beat`;
  }
  return null;
}

function isAnswered({ status, version }: RegisterLook): boolean {
  return status === 200 && version !== null;
}

function columnsOf(looks: readonly RegisterLook[]) {
  return {
    length: looks.length,
    outcome: Uint8Array.from(looks, (look) => (isAnswered(look) ? OK : INFO)),
    status: Uint32Array.from(looks, ({ status }) => status),
    invokedMs: Float64Array.from(looks, ({ sentMs }) => sentMs),
  };
}

function timesOf(looks: readonly RegisterLook[], loadEndMs: number) {
  const acksMs = Float64Array.from(looks.filter(isAnswered), ({ doneMs }) => doneMs).sort();
  return { acksMs, loadEndMs };
}

/** Of each look that was stale, in milliseconds. */
function staleAges(record: RunRecord, facts: Facts, looks: readonly RegisterLook[]): number[] {
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
  const lookErrorMs = runnerErrors(record);
  return looks.flatMap(({ register, version, sentMs, runner }) => {
    const beganMs = sentMs - lookErrorMs(runner);
    const missed = (acks.get(register) ?? []).filter((ack) => ack.version > (version as number) && ack.ackMs < beganMs);
    return missed.length === 0 ? [] : [beganMs - Math.min(...missed.map(({ ackMs }) => ackMs))];
  });
}

function staleText(ages: readonly number[]): string {
  if (ages.length === 0) return "none was stale";
  const most = ages.reduce((worst, ms) => Math.max(worst, ms), 0);
  return `${ages.length} were stale, the stalest by ${(most / 1000).toFixed(3)} s`;
}
