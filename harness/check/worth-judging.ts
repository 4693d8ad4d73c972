/**
 * Was this run worth judging? Each condition guards against a run that looks fine because it measured nothing, or
 * because its record is incomplete. A condition that fails makes the run inconclusive, whatever the other checkers
 * say.
 *
 * Did the drill run to its end, as it was started? Did the load reach 95 % of its rate in the baseline, and was the
 * baseline long enough to measure a rate? Did k6 drop nothing, exit with 0, and count as many writes as the ledger,
 * each of them answered? Is k6's clock known to within 50 ms? Was every fault active, and did it stay so until it was
 * healed or the load ended? Was every healing verified, and every planned operation done? Was a write in flight at the
 * disaster? Did the operator fail over only where a disaster was planned, and only after something was broken? Did no
 * site come back after the load to which a proxy may route clients by itself? Are the audits complete: that of the
 * serving site, that of a site that follows again, and that of any site that nothing keeps from being read? Do
 * database and API agree? Was the last write acknowledged by the site that is recorded as answering?
 *
 * Is the record what the drill wrote? Its files match the seal that was set when it ended; older runs have no seal.
 * All lines are readable, in order of time, and none is repeated. Each line of the ledger is by one of the runners
 * that the run names, all lines of a write are by the same runner, and every runner wrote; lines of older runs do not
 * name their runner. Several runners have a ledger each, which records that the runner began and ended, and all its
 * writes lie between the two. They began within two seconds of each other. Each exited with 0, dropped nothing, counts
 * as many writes as its ledger, and has a clock that is known as well as that of the load. A lab had the capabilities
 * that every lab has, and the server of one's own system those that were used on it. The record has the version that
 * drills of its date made. Scenario, configuration, `run.json` and the files agree on what ran beside the writes.
 *
 * Is the record complete? Phases, faults and planned operations appear once, in order and at the scenario's times.
 * Each of the operator's plans has all its steps, on the right sites, and an end. What it saved from a site that came
 * back is there. A site is given up after as many failed probes as the configuration requires, and those probes
 * are there. Writes are numbered without a gap and sent at an even rate from the first to the last, for as long as the
 * scenario says, and each success came while its client waited. Each kind of sample was taken from the baseline to the
 * end of the load.
 *
 * Do its witnesses agree? The drill saw the first write when k6 says that it sent it. The prober writes on its own and
 * by another clock. In a second in which no write of the load was acknowledged, the prober could not write twice. In a
 * second in which all the prober's writes failed, at most a quarter of the load's were acknowledged; in a second in
 * which it had no answer, at most a third. Each write was answered by the site that the proxy was routed to. Where
 * Patroni fails over, the takeovers that the observer recorded are those that the samples of both sites show, and some
 * site was seen as the primary. Patroni's history of timelines, if it was read, has these takeovers and no others. A
 * switched DNS record was found by the clients who could look it up, not sooner than planned, and no write went through
 * the endpoint of B before.
 *
 * Inconclusive: the answer to one of these is no; all that failed are listed below the first.
 */
import { type History, OK } from "../model/columns/history.ts";
import { type FaultSpec, faultName } from "../model/plan/fault.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import type { Checker } from "./checker.ts";
import { type Facts, isFirstAct, statesOf } from "./facts.ts";
import { failoversIn } from "./failovers.ts";
import { wrongLasting } from "./lasting.ts";
import { wrongSchedule } from "./load-schedule.ts";
import { mayBeGone } from "./may-be-gone.ts";
import { wrongTakeovers } from "./observed.ts";
import { probeHoles } from "./probe-coverage.ts";
import { disagreements } from "./prober-witness.ts";
import { wrongTimelines } from "./timeline-history.ts";
import { wrongActs } from "./told-acts.ts";
import { wrongAnswers } from "./told-answers.ts";
import { wrongCapabilities } from "./told-capabilities.ts";
import { wrongDetections } from "./told-detections.ts";
import { wrongDialect } from "./told-dialect.ts";
import { wrongExtensions } from "./told-extensions.ts";
import { wrongPlans } from "./told-plans.ts";
import { wrongRecord } from "./told-record.ts";
import { wrongReturns } from "./told-returns.ts";
import { wrongRunners } from "./told-runners.ts";
import { wrongSites } from "./told-sites.ts";
import { wrongVersion } from "./told-version.ts";
import { unseenReturns } from "./unseen-return.ts";

const RATE_SHARE = 0.95;
const CLOCK_ERROR_MS = 50;
const AROUND_MS = 1000;
/** With these, one write more or less is within the 5 % that a sufficient rate may lack. */
const LEAST_WRITES = 20;
/** k6's clients write concurrently, so some lines are late by milliseconds. Measured: 1 in 100 at most. */
const MOST_OUT_OF_ORDER = 0.05;

/** `null` when it holds, else what is wrong, one sentence each. */
type Condition = (record: RunRecord, facts: Facts) => string | string[] | null;

const CONDITIONS: readonly Condition[] = [
  ({ run }) =>
    run.state === "complete" && run.reason === null
      ? null
      : `the drill did not run to its end: ${run.state}${run.reason ? `, ${run.reason}` : ""}`,
  ({ run }) => whyOther(run),
  ({ run, brokenSeals }) => {
    if (brokenSeals !== null) return brokenSeals.length === 0 ? null : brokenSeals.join("; ");
    const isSealed = run.record >= 2 && run.state === "complete";
    return isSealed ? "the record has lost its seal, so changes after the drill cannot be detected" : null;
  },
  wrongRunners,
  ({ run }, { baseline }) => {
    if (baseline === null) return "there is no baseline";
    const wanted = run.scenario.load.ratePerSecond;
    const writes = (wanted * (baseline.toMs - baseline.fromMs)) / 1000;
    if (writes < LEAST_WRITES)
      return `the baseline has room for only ${writes.toFixed(0)} writes, too few to measure a rate`;
    return baseline.ratePerSecond >= RATE_SHARE * wanted
      ? null
      : `the load reached ${baseline.ratePerSecond.toFixed(1)} of ${wanted} writes/s before the fault`;
  },
  ({ run }) => {
    if (run.k6 === null) return "k6 left no summary, so it is not known whether it kept its schedule";
    return run.k6.droppedIterations === 0 ? null : `k6 dropped ${run.k6.droppedIterations} scheduled writes`;
  },
  ({ run, history }) => {
    const answered = history.length - pendingOf(history);
    return run.k6 === null || (run.k6.iterations === history.length && run.k6.iterations === answered)
      ? null
      : `k6 counts ${run.k6.iterations} writes, the ledger ${history.length} sent and ${answered} answered`;
  },
  ({ run }) => (run.k6 === null || run.k6.exitCode === 0 ? null : `k6 exited with code ${run.k6.exitCode}`),
  ({ history }) => {
    const pending = pendingOf(history);
    return pending === 0 ? null : `${pending} writes have no recorded answer, although k6 waits for each`;
  },
  ({ ledger }) => (ledger.torn ? "the last line of the ledger is torn: k6 was killed" : null),
  ({ legibility }) => {
    const torn = Object.entries(legibility).filter(([, file]) => file.torn);
    return torn.length === 0 ? null : `the last line is torn in these files: ${torn.map(([name]) => name).join(", ")}`;
  },
  ({ legibility }) => (legibility.probes.lines > 0 ? null : "the record has no probes"),
  ({ ledger, legibility }) => {
    const unreadable = Object.entries({ ledger, ...legibility }).flatMap(([name, file]) =>
      file.unreadable.map((line) => `${name}, ${line}`),
    );
    return unreadable.length === 0 ? null : `damaged or misplaced lines: ${unreadable.join("; ")}`;
  },
  ({ ledger }) =>
    ledger.orphans + ledger.repeats === 0
      ? null
      : `the ledger has ${ledger.orphans} answers without a write and ${ledger.repeats} repeated lines`,
  ({ ledger }) =>
    ledger.byAnother === 0
      ? null
      : `${ledger.byAnother} lines of the ledger are by another runner than the first line of their write`,
  ({ ledger }) =>
    ledger.outOfOrder <= MOST_OUT_OF_ORDER * ledger.lines
      ? null
      : `${ledger.outOfOrder} of ${ledger.lines} lines of the ledger are earlier than the line before them`,
  ({ ledger }) => (ledger.backwards === 0 ? null : `${ledger.backwards} answers came before their write was sent`),
  ({ run }) => {
    if (run.clock === null) return "k6's clock was never mapped to the drill's";
    const { errorMs, samples } = run.clock;
    if (!(errorMs >= 0 && samples >= 1))
      return `k6's clock cannot be mapped to within ${errorMs.toFixed(0)} ms from ${samples} samples`;
    return errorMs <= CLOCK_ERROR_MS ? null : `k6's clock is known only to within ${errorMs.toFixed(0)} ms`;
  },
  (record) => {
    const missing = unseenFaults(record, "evidenced", () => true);
    return missing.length === 0 ? null : `no evidence that the fault was active: ${missing.join(", ")}`;
  },
  (record) => {
    const unhealed = unseenFaults(record, "healed", ({ healAfterSeconds }) => healAfterSeconds !== undefined);
    return unhealed.length === 0 ? null : `no evidence that the fault was healed: ${unhealed.join(", ")}`;
  },
  (record) => wrongLasting(record).join("; ") || null,
  ({ events, run }) =>
    run.scenario.disaster === null && failoversIn(events).length > 0
      ? "the operator failed over, although no disaster was planned"
      : null,
  ({ history, run }, { disaster }) => {
    if (run.scenario.disaster === null) return null;
    if (disaster === null) return "the fault was never injected";
    // Without its clock, no time of a write is known.
    if (run.clock === null) return null;
    const { length, invokedMs, completedMs } = history;
    // A kill acts at once. A slow or silent link takes effect a little later, on what was sent by then.
    const untilMs = disaster.injectedMs + (isInstant(run.scenario.faults[run.scenario.disaster]?.kind) ? 0 : AROUND_MS);
    for (let i = 0; i < length && (invokedMs[i] as number) <= untilMs; i += 1)
      // A write that was never answered has NaN here, and was in flight.
      if (!((completedMs[i] as number) < disaster.beganMs)) return null;
    return "no write was in flight at the fault";
  },
  ({ run, events }) => {
    const undone = run.scenario.orders.filter(
      (_, index) => !events.some((event) => event.type === "order" && event.order === index && event.state === "done"),
    );
    return undone.length === 0
      ? null
      : `planned operations were not done: ${undone.map(({ kind }) => kind).join(", ")}`;
  },
  ({ events }, { operator: { detected } }) => {
    const first = events.find(isFirstAct);
    return detected === undefined || (first !== undefined && detected.atMs >= first.atMs)
      ? null
      : "the operator failed over before anything was broken: the fault hit a site that no longer served";
  },
  ({ run }, { serving }) =>
    run.state !== "complete" || run.servingSide === serving
      ? null
      : `run.json names ${run.servingSide?.toUpperCase() ?? "no site"} as serving at the end, and the events name ${serving.toUpperCase()}`,
  (_, { serving, holdings }) => {
    const { complete, unreadable } = holdings.serving;
    if (complete) return null;
    return `the audit of ${serving.toUpperCase()} is incomplete${unreadable ? `: ${unreadable}` : ""}`;
  },
  ({ audit }, { other }) =>
    // A lost site may be unreadable, but then the record says so.
    audit[other].rowsComplete || audit[other].unreadable !== null
      ? null
      : `the audit of ${other.toUpperCase()} is incomplete`,
  (record, { other }) => {
    const { unreadable } = record.audit[other];
    if (unreadable === null) return null;
    const name = other.toUpperCase();
    if (isBack(other, record.events)) return `${name} follows again but could not be audited: ${unreadable}`;
    return mayBeGone(record, other)
      ? null
      : `${name} could not be audited, although no fault keeps it from being read: ${unreadable}`;
  },
  (_, { holdings }) => {
    const { disagreements } = holdings.serving;
    return disagreements.length === 0
      ? null
      : `database and API disagree on ${disagreements.length} reads: ${disagreements[0]}`;
  },
  ({ history, events }, { answering }) => {
    const routed = events.findLast((event) => event.type === "operator" && event.step === "latched");
    if (!routed) return null;
    for (let i = history.length - 1; i >= 0 && (history.invokedMs[i] as number) > routed.atMs; i -= 1) {
      if (history.outcome[i] !== OK) continue;
      const servedBy = history.servedByAt(i);
      return servedBy === answering
        ? null
        : `the last write was acknowledged by ${servedBy || "an unknown site"}, not by ${answering}`;
    }
    return null;
  },
];

/** Parts of the record checked against each other: each returns a sentence for each thing that is wrong. */
const CONTRADICTIONS: readonly ((record: RunRecord, facts: Facts) => string[])[] = [
  wrongVersion,
  wrongActs,
  wrongPlans,
  wrongDetections,
  wrongTakeovers,
  wrongTimelines,
  wrongRecord,
  wrongReturns,
  wrongSites,
  wrongCapabilities,
  wrongDialect,
  wrongExtensions,
  wrongSchedule,
  wrongAnswers,
  unseenReturns,
  probeHoles,
  disagreements,
];

/** Faults that never reached that state, each with the recorded reason. */
function unseenFaults(
  { run, events }: RunRecord,
  state: "evidenced" | "healed",
  isDue: (fault: FaultSpec) => boolean,
): string[] {
  return run.scenario.faults.flatMap((fault, index) => {
    const states = statesOf(events, index);
    if (!isDue(fault) || states.some((event) => event.state === state)) return [];
    const why = states.find((event) => event.state === `not-${state}`)?.detail.why;
    return [typeof why === "string" ? `${faultName(fault)} (${why})` : faultName(fault)];
  });
}

/** Why this is another run than the recorded command asked for, as far as the command says; `null` when it is not. */
function whyOther({ command, scenario, config, seed }: Run): string | null {
  const typed = (pattern: RegExp) => pattern.exec(command)?.[1];
  const names: [string, string | undefined, string][] = [
    ["scenario", typed(/(?: --| fhirdrill) run ([a-z0-9-]+)/), scenario.name],
    ["configuration", typed(/ --config ([a-z0-9-]+)/), config.name],
    ["seed", typed(/ --seed (\d+)/), String(seed)],
  ];
  const other = names.find(([, wanted, is]) => wanted !== undefined && wanted !== is);
  return other ? `the command asked for the ${other[0]} ${other[1]}, and the run has ${other[2]}` : null;
}

/** The site began to follow again, and nothing has happened to it since. */
function isBack(side: SiteName, events: readonly DrillEvent[]): boolean {
  const last = (isIt: (event: DrillEvent) => boolean) => events.findLastIndex(isIt);
  const followed = last((event) => event.type === "operator" && event.step === "following" && event.side === side);
  const givenUp = last((event) => event.type === "operator" && event.step === "detected" && event.side === side);
  const broken = last((event) => event.type === "fault" && event.state === "injecting");
  return followed > Math.max(givenUp, broken);
}

function isInstant(kind: string | undefined): boolean {
  return kind === "region-loss" || kind === "process-kill";
}

function pendingOf({ length, completedMs }: History): number {
  let pending = 0;
  for (let i = 0; i < length; i += 1) if (Number.isNaN(completedMs[i])) pending += 1;
  return pending;
}

export const worthJudging: Checker = {
  name: "worth-judging",
  check: (record, facts) => {
    const unmet = CONDITIONS.flatMap((condition) => condition(record, facts) ?? []);
    const wrong = [...unmet, ...CONTRADICTIONS.flatMap((wrongIn) => wrongIn(record, facts))];
    if (wrong.length === 0) return { verdict: "holds", reason: "every condition holds" };
    return { verdict: "inconclusive", reason: wrong[0] as string, evidence: wrong };
  },
};
