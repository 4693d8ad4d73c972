/**
 * Was this run worth judging? Each condition is a way in which a run can look fine because it measured nothing. One that
 * does not hold makes the run inconclusive, whatever the other checkers say.
 */
import type { RunRecord } from "../model/record.ts";
import type { Checker } from "./checker.ts";
import { baselineRate, type Facts } from "./facts.ts";

const RATE_SHARE = 0.95;
const CLOCK_ERROR_MS = 50;

/** `null` when it holds, else what is wrong. */
type Condition = (record: RunRecord, facts: Facts) => string | null;

const CONDITIONS: readonly Condition[] = [
  ({ run }) =>
    run.state === "complete"
      ? null
      : `the drill did not run to its end: ${run.state}${run.reason ? `, ${run.reason}` : ""}`,
  (record, facts) => {
    const wanted = record.run.scenario.load.ratePerSecond;
    const rate = baselineRate(record, facts);
    if (rate === null) return "there is no baseline";
    return rate >= RATE_SHARE * wanted
      ? null
      : `the load reached ${rate.toFixed(1)} of ${wanted} writes/s before the fault`;
  },
  ({ run }) => {
    if (run.k6 === null) return "k6 left no summary, so nobody knows whether it kept its schedule";
    return run.k6.droppedIterations === 0 ? null : `k6 dropped ${run.k6.droppedIterations} scheduled writes`;
  },
  ({ run, operations }) => {
    const answered = operations.filter((op) => op.completedMs !== null).length;
    return run.k6 === null || (run.k6.iterations === operations.length && run.k6.iterations === answered)
      ? null
      : `k6 counts ${run.k6.iterations} writes, the ledger ${operations.length} sent and ${answered} answered`;
  },
  ({ run }) => (run.k6 === null || run.k6.exitCode === 0 ? null : `k6 ended with code ${run.k6.exitCode}`),
  ({ operations }) => {
    const pending = operations.filter((op) => op.completedMs === null).length;
    return pending === 0 ? null : `${pending} writes have no recorded answer, although k6 waits for each`;
  },
  ({ ledger }) => (ledger.torn ? "the last line of the ledger is torn: k6 was killed" : null),
  ({ legibility }) => {
    const torn = Object.entries(legibility).filter(([, file]) => file.torn);
    return torn.length === 0 ? null : `the last line is torn in the file of ${torn.map(([name]) => name).join(", ")}`;
  },
  ({ ledger, legibility }) => {
    const unreadable = [...ledger.unreadable, ...Object.values(legibility).flatMap((file) => file.unreadable)];
    return unreadable.length === 0 ? null : `lines that cannot be read: ${unreadable.join("; ")}`;
  },
  ({ ledger }) =>
    ledger.orphans + ledger.repeats === 0
      ? null
      : `the ledger has ${ledger.orphans} answers without a write and ${ledger.repeats} repeated lines`,
  ({ run }) => {
    if (run.clock === null) return "k6's clock was never mapped to the drill's";
    return run.clock.errorMs <= CLOCK_ERROR_MS
      ? null
      : `k6's clock is known to within ${run.clock.errorMs.toFixed(0)} ms only`;
  },
  ({ run, events }) => {
    const missing = run.scenario.faults.filter(
      (_, index) =>
        !events.some((event) => event.type === "fault" && event.fault === index && event.state === "evidenced"),
    );
    return missing.length === 0
      ? null
      : `no evidence that the fault bit: ${missing.map((fault) => fault.kind).join(", ")}`;
  },
  ({ operations }, { disaster }) => {
    if (disaster === null) return "the fault was never injected";
    const inFlight = operations.some(
      (op) => op.invokedMs <= disaster.injectedMs && (op.completedMs ?? Number.POSITIVE_INFINITY) >= disaster.beganMs,
    );
    return inFlight ? null : "no write was in flight at the fault";
  },
  (_, { serving, holdings }) => {
    const { complete, unreadable } = holdings.serving;
    if (complete) return null;
    return `the audit of ${serving.toUpperCase()} is not whole${unreadable ? `: ${unreadable}` : ""}`;
  },
  (_, { holdings }) => {
    const { disagreements } = holdings.serving;
    return disagreements.length === 0
      ? null
      : `database and API disagree on ${disagreements.length} reads: ${disagreements[0]}`;
  },
  ({ operations }, { serving, operator }) => {
    const latched = operator.latched;
    const late = latched && operations.findLast((op) => op.outcome === "ok" && op.invokedMs > latched.atMs);
    return !late || late.servedBy === serving
      ? null
      : `the last write was acknowledged by ${late.servedBy || "an unknown side"}, not by ${serving}`;
  },
];

export const worthJudging: Checker = {
  name: "worth-judging",
  check: (record, facts) => {
    const wrong = CONDITIONS.map((condition) => condition(record, facts)).filter((reason) => reason !== null);
    if (wrong.length === 0) return { verdict: "holds", reason: `all ${CONDITIONS.length} conditions hold` };
    return { verdict: "inconclusive", reason: wrong[0] as string, evidence: wrong };
  },
};
