/**
 * Was this run worth judging? Each condition is a way in which a run can look fine because it measured nothing, or because
 * its record is not whole. One that does not hold makes the run inconclusive, whatever the other checkers say.
 *
 * Did the drill run to its end, as it was begun? Did the load reach 95 % of its rate in the baseline, and was that long enough
 * to tell? Did k6 drop nothing, end well, and count as many writes as the ledger, each of them answered? Is k6's clock known
 * to within 50 ms? Was every fault seen to bite, and to last until its healing or the end of the load; was every healing
 * seen, every order done? Was a write in flight at the disaster, did the operator not fail over before anything was broken,
 * nor where no disaster was planned? Did nothing come back after the load to which a proxy may lead clients by itself? Are the
 * audits whole, that of a side that follows again among them, and of one that nothing keeps from being read, do database and API
 * agree, and was the last write acknowledged by the side that is said to answer?
 *
 * Is the record what the drill wrote? Its files are as they were sealed when it ended; older runs have no seal. All lines are
 * legible, in order of time, and none comes twice. Each line of the ledger is by one of the runners that the run names, all
 * lines of a write by the same, and each of them wrote; lines of older runs do not say by whom they are. Of several runners each
 * has a ledger of its own, which says that it began and that it ended, and all its writes lie between the two; they began within
 * two seconds, and each ended well, dropped nothing, counts as many writes as its ledger, and has a clock that is known as well as
 * that of the load. A lab could do what every lab can, and the server of one's own system could do what was done with it. The
 * record is of the version that drills of its date made. What went on beside the writes is told alike by the scenario, the configuration,
 * `run.json` and the files.
 *
 * Does it tell all? Phases, faults and orders come once, in order and at the scenario's times. Each of the operator's plans
 * has all its steps, on the right sides, and an end; what it saved of a side that came back is there; a side is given up by
 * as many failed probes as the configuration says, and they are there. Writes are numbered
 * without a hole and sent at an even beat from the first to the last, for as long as the scenario says, and each success came
 * while its client waited. Each sort of sample was taken from the baseline to the end of the load.
 *
 * Do its witnesses agree? The drill saw the first write when k6 says that it sent it. The prober, which writes by itself and by
 * another clock, could write twice in no second in which no write of the load was acknowledged; in no second in which all
 * its writes failed could a quarter of the load, and in none in which it waited in vain a third. Each was answered by the side
 * that the proxy was latched to. Where Patroni fails over, the takeovers that the observer told are those that the samples of
 * both sides show, and somebody was seen to be the primary. Patroni's history of timelines, where it was read, has them as well,
 * and no others.
 *
 * Inconclusive: the answer to one of these is no; all such stand below the first.
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
import { wrongReturns } from "./told-returns.ts";
import { wrongRunners } from "./told-runners.ts";
import { wrongSites } from "./told-sites.ts";
import { wrongVersion } from "./told-version.ts";
import { unseenReturns } from "./unseen-return.ts";

const RATE_SHARE = 0.95;
const CLOCK_ERROR_MS = 50;
const AROUND_MS = 1000;
/** One more or less is then no more than is missing from a rate that just suffices. */
const LEAST_WRITES = 20;
/** k6's clients write side by side, so some lines are late by milliseconds. Measured: 1 in 100 at most. */
const MOST_OUT_OF_ORDER = 0.05;

/** `null` when it holds, else what is wrong. */
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
    return isSealed ? "the seal of the record is gone, so nobody knows what was changed after the drill" : null;
  },
  wrongRunners,
  ({ run }, { baseline }) => {
    if (baseline === null) return "there is no baseline";
    const wanted = run.scenario.load.ratePerSecond;
    const writes = (wanted * (baseline.toMs - baseline.fromMs)) / 1000;
    if (writes < LEAST_WRITES)
      return `the baseline has time for ${writes.toFixed(0)} writes only, too few to tell a rate`;
    return baseline.ratePerSecond >= RATE_SHARE * wanted
      ? null
      : `the load reached ${baseline.ratePerSecond.toFixed(1)} of ${wanted} writes/s before the fault`;
  },
  ({ run }) => {
    if (run.k6 === null) return "k6 left no summary, so nobody knows whether it kept its schedule";
    return run.k6.droppedIterations === 0 ? null : `k6 dropped ${run.k6.droppedIterations} scheduled writes`;
  },
  ({ run, history }) => {
    const answered = history.length - pendingOf(history);
    return run.k6 === null || (run.k6.iterations === history.length && run.k6.iterations === answered)
      ? null
      : `k6 counts ${run.k6.iterations} writes, the ledger ${history.length} sent and ${answered} answered`;
  },
  ({ run }) => (run.k6 === null || run.k6.exitCode === 0 ? null : `k6 ended with code ${run.k6.exitCode}`),
  ({ history }) => {
    const pending = pendingOf(history);
    return pending === 0 ? null : `${pending} writes have no recorded answer, although k6 waits for each`;
  },
  ({ ledger }) => (ledger.torn ? "the last line of the ledger is torn: k6 was killed" : null),
  ({ legibility }) => {
    const torn = Object.entries(legibility).filter(([, file]) => file.torn);
    return torn.length === 0 ? null : `the last line is torn in the file of ${torn.map(([name]) => name).join(", ")}`;
  },
  ({ legibility }) => (legibility.probes.lines > 0 ? null : "nothing was probed beside the load"),
  ({ ledger, legibility }) => {
    const unreadable = Object.entries({ ledger, ...legibility }).flatMap(([name, file]) =>
      file.unreadable.map((line) => `${name}, ${line}`),
    );
    return unreadable.length === 0 ? null : `lines that are damaged or out of place: ${unreadable.join("; ")}`;
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
      return `nobody can map k6's clock to within ${errorMs.toFixed(0)} ms by ${samples} samples`;
    return errorMs <= CLOCK_ERROR_MS ? null : `k6's clock is known to within ${errorMs.toFixed(0)} ms only`;
  },
  (record) => {
    const missing = unseenFaults(record, "evidenced", () => true);
    return missing.length === 0 ? null : `no evidence that the fault bit: ${missing.join(", ")}`;
  },
  (record) => {
    const ill = unseenFaults(record, "healed", ({ healAfterSeconds }) => healAfterSeconds !== undefined);
    return ill.length === 0 ? null : `no evidence that it was healed: ${ill.join(", ")}`;
  },
  (record) => wrongLasting(record).join("; ") || null,
  ({ events, run }) =>
    run.scenario.disaster === null && failoversIn(events).length > 0
      ? "the operator failed over, and no disaster was planned whose clock it would end"
      : null,
  ({ history, run }, { disaster }) => {
    if (run.scenario.disaster === null) return null;
    if (disaster === null) return "the fault was never injected";
    // Whose times nobody knows.
    if (run.clock === null) return null;
    const { length, invokedMs, completedMs } = history;
    // A kill is an instant. What makes the way slow or silent bites a little later, and meets what is sent by then.
    const untilMs = disaster.injectedMs + (isInstant(run.scenario.faults[run.scenario.disaster]?.kind) ? 0 : AROUND_MS);
    for (let i = 0; i < length && (invokedMs[i] as number) <= untilMs; i += 1)
      // What was never answered has NaN here, and was in flight.
      if (!((completedMs[i] as number) < disaster.beganMs)) return null;
    return "no write was in flight at the fault";
  },
  ({ run, events }) => {
    const undone = run.scenario.orders.filter(
      (_, index) => !events.some((event) => event.type === "order" && event.order === index && event.state === "done"),
    );
    return undone.length === 0
      ? null
      : `what was ordered was not done: ${undone.map((order) => order.kind).join(", ")}`;
  },
  ({ events }, { operator: { detected } }) => {
    const first = events.find(isFirstAct);
    return detected === undefined || (first !== undefined && detected.atMs >= first.atMs)
      ? null
      : "the operator had failed over before anything was broken: the fault met a side that no longer served";
  },
  ({ run }, { serving }) =>
    run.state !== "complete" || run.servingSide === serving
      ? null
      : `the drill found ${run.servingSide?.toUpperCase() ?? "nobody"} to serve in the end, and its events say ${serving.toUpperCase()}`,
  (_, { serving, holdings }) => {
    const { complete, unreadable } = holdings.serving;
    if (complete) return null;
    return `the audit of ${serving.toUpperCase()} is not whole${unreadable ? `: ${unreadable}` : ""}`;
  },
  ({ audit }, { other }) =>
    // A side that is gone may be silent, but then the record says so.
    audit[other].rowsComplete || audit[other].unreadable !== null
      ? null
      : `the audit of ${other.toUpperCase()} is not whole`,
  (record, { other }) => {
    const { unreadable } = record.audit[other];
    if (unreadable === null) return null;
    const name = other.toUpperCase();
    if (isBack(other, record.events)) return `${name} follows again, and could not be audited: ${unreadable}`;
    return mayBeGone(record, other)
      ? null
      : `${name} could not be audited, although nothing that was done to it lasts: ${unreadable}`;
  },
  (_, { holdings }) => {
    const { disagreements } = holdings.serving;
    return disagreements.length === 0
      ? null
      : `database and API disagree on ${disagreements.length} reads: ${disagreements[0]}`;
  },
  ({ history, events }, { answering }) => {
    const latched = events.findLast((event) => event.type === "operator" && event.step === "latched");
    if (!latched) return null;
    for (let i = history.length - 1; i >= 0 && (history.invokedMs[i] as number) > latched.atMs; i -= 1) {
      if (history.outcome[i] !== OK) continue;
      const servedBy = history.servedByAt(i);
      return servedBy === answering
        ? null
        : `the last write was acknowledged by ${servedBy || "an unknown side"}, not by ${answering}`;
    }
    return null;
  },
];

/** What a record tells of itself, held together: each gives a sentence for each thing that is wrong. */
const WHOLE: readonly ((record: RunRecord, facts: Facts) => string[])[] = [
  wrongVersion,
  wrongActs,
  wrongPlans,
  wrongDetections,
  wrongTakeovers,
  wrongTimelines,
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

/** Those of which nothing tells that state, each with the reason that was told instead. */
function unseenFaults(
  { run, events }: RunRecord,
  state: "evidenced" | "healed",
  isDue: (fault: FaultSpec) => boolean,
): string[] {
  return run.scenario.faults.flatMap((fault, index) => {
    const states = statesOf(events, index);
    if (!isDue(fault) || states.some((told) => told.state === state)) return [];
    const why = states.find((told) => told.state === `not-${state}`)?.detail.why;
    return [typeof why === "string" ? `${faultName(fault)} (${why})` : faultName(fault)];
  });
}

/** By what was typed to begin the drill, as far as that names it. */
function whyOther({ command, scenario, config, seed }: Run): string | null {
  const typed = (pattern: RegExp) => pattern.exec(command)?.[1];
  const names: [string, string | undefined, string][] = [
    ["scenario", typed(/(?: --| fhirdrill) run ([a-z0-9-]+)/), scenario.name],
    ["configuration", typed(/ --config ([a-z0-9-]+)/), config.name],
    ["seed", typed(/ --seed (\d+)/), String(seed)],
  ];
  const other = names.find(([, wanted, is]) => wanted !== undefined && wanted !== is);
  return other ? `the ${other[0]} that was to be drilled is ${other[1]}, and the run's is ${other[2]}` : null;
}

/** It began to follow, and nothing has happened to it since. */
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
    const wrong = [...unmet, ...WHOLE.flatMap((part) => part(record, facts))];
    if (wrong.length === 0) return { verdict: "holds", reason: "every condition holds" };
    return { verdict: "inconclusive", reason: wrong[0] as string, evidence: wrong };
  },
};
