/**
 * Recorded runners: the runners that the run names are those that wrote. A line of any other is not readable
 * (`record/ledger-line.ts`); what shows here is a runner without a line, and a run that names none. Of several
 * runners, each records in its own ledger that it began and ended, the drill saw it begin, and its summary counts what
 * its ledger holds. All its writes lie between its beginning and its end, and its clock is known as well as that of
 * the load is recorded to be. A runner that died or never began is reported by name: the rest of the load may look
 * unaffected.
 */
import type { History } from "../model/columns/history.ts";
import { ledgerFile } from "../model/load/runners.ts";
import { clockOfAll } from "../model/record/clock.ts";
import type { RunnerLedger, RunRecord } from "../model/record/record.ts";
import type { ByRunner, Run } from "../model/record/run.ts";

/** Between the first and the last runner to see the start signal: each polls twice a second, and may wait a second. */
const TOGETHER_MS = 2000;
/** More than the error of a mapped clock. */
const APART_MS = 1000;

/** What is wrong with them, one sentence each. */
export function wrongRunners({ run, history, ledger }: RunRecord): string[] {
  // Older records have one runner, and no line names it.
  const isNamed = run.record >= 3 || run.runners !== null;
  if (!isNamed) return [];
  const { runners } = run;
  if (runners === null || runners.length === 0) return ["run.json names no runner of the load"];
  const counts = countsIn(history);
  const silent = runners.filter((name) => !counts.has(name)).map((name) => `the runner ${name} wrote nothing`);
  const wanted = run.scenario.load.runners ?? runners.length;
  if (wanted !== runners.length)
    silent.push(`${wanted} runners were to share the load, but run.json names ${runners.length}`);
  const strangers = ledger.ofRunners.filter(({ runner }) => !runners.includes(runner));
  const unnamed = strangers.map(({ runner }) => `there is ${ledgerFile(runner)}, but run.json does not name ${runner}`);
  if (runners.length === 1) return [...silent, ...unnamed];
  return [
    ...silent,
    ...unnamed,
    ...runners.flatMap((runner) => wrongMarks(runner, counts, ledger.ofRunners)),
    ...(run.state === "complete" ? runners.flatMap((name) => wrongCounts(name, counts, run, ledger.ofRunners)) : []),
    ...wrongClock(run),
    ...wrongBegin(ledger.ofRunners),
  ];
}

function wrongMarks(runner: string, counts: ReadonlyMap<string, Counts>, ledgers: readonly RunnerLedger[]): string[] {
  const own = ledgers.find((each) => each.runner === runner);
  const file = ledgerFile(runner);
  const { firstMs, lastMs } = counts.get(runner) ?? NOTHING;
  return [
    ...(own !== undefined && own.beganMs !== null && own.beganMs > firstMs
      ? [`the runner ${runner} wrote before its recorded beginning in ${file}`]
      : []),
    ...(own !== undefined && own.endedMs !== null && own.endedMs < lastMs
      ? [`the runner ${runner} wrote after its recorded end in ${file}`]
      : []),
    ...(own === undefined || own.beganMs === null ? [`the runner ${runner} has no recorded beginning in ${file}`] : []),
    ...(own === undefined || own.endedMs === null
      ? [`the runner ${runner} has no recorded end in ${file}: it was killed, or its ledger was cut off`]
      : []),
    ...(own?.torn ? [`the last line of ${file} is torn: the runner ${runner} was killed`] : []),
  ];
}

interface Counts {
  sent: number;
  answered: number;
  /** When the first was sent, and the last sent or answered. */
  firstMs: number;
  lastMs: number;
}

const NOTHING: Counts = {
  ...{ sent: 0, answered: 0 },
  ...{ firstMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY },
};

function wrongCounts(
  runner: string,
  counts: ReadonlyMap<string, Counts>,
  { byRunner = [] }: Run,
  ledgers: readonly RunnerLedger[],
): string[] {
  const own = byRunner.filter((each) => each.runner === runner);
  const [did] = own;
  if (did === undefined || own.length > 1) return [`run.json does not say what the runner ${runner} did`];
  const { iterations, droppedIterations, exitCode, clock } = did;
  const { sent, answered, lastMs } = counts.get(runner) ?? NOTHING;
  const wrong: string[] = [];
  if (exitCode !== 0) wrong.push(`the runner ${runner} exited with code ${exitCode}`);
  if (clock === null) wrong.push(`the clock of the runner ${runner} was never mapped to the drill's`);
  else if (!isSeenAtWork(did, ledgers.find((each) => each.runner === runner)?.beganMs ?? null, lastMs))
    wrong.push(`the drill's times for the runner ${runner} do not enclose its own lines`);
  if (droppedIterations !== null && droppedIterations > 0)
    wrong.push(`the runner ${runner} dropped ${droppedIterations} scheduled writes`);
  if (iterations === null || droppedIterations === null) wrong.push(`the runner ${runner} left no summary`);
  else if (iterations !== sent || iterations !== answered)
    wrong.push(`the runner ${runner} counts ${iterations} writes, its ledger ${sent} sent and ${answered} answered`);
  return wrong;
}

/** The drill sees a runner only after it began, and sees its end only after its last write: observing takes time. */
function isSeenAtWork({ fromMs, toMs }: ByRunner, beganMs: number | null, lastMs: number): boolean {
  if (fromMs === null || toMs < fromMs || toMs < lastMs - APART_MS) return false;
  return beganMs === null || fromMs >= beganMs - APART_MS;
}

/** The load's clock is as uncertain as the worst of its runners' clocks. */
function wrongClock({ state, clock, byRunner = [] }: Run): string[] {
  const all = clockOfAll(byRunner.map((each) => each.clock));
  if (state !== "complete" || all === null || clock === null) return [];
  const isSame = clock.errorMs === all.errorMs && clock.samples === all.samples;
  return isSame ? [] : ["the recorded error of the load's clock does not match those of its runners"];
}

/** The load is complete only when the last runner has begun. */
function wrongBegin(ledgers: readonly RunnerLedger[]): string[] {
  const begun = ledgers.flatMap(({ runner, beganMs }) => (beganMs === null ? [] : [{ runner, beganMs }]));
  const [first, ...later] = begun.toSorted((x, y) => x.beganMs - y.beganMs);
  const last = later.at(-1);
  if (first === undefined || last === undefined || last.beganMs - first.beganMs <= TOGETHER_MS) return [];
  const seconds = ((last.beganMs - first.beganMs) / 1000).toFixed(1);
  return [`the runner ${last.runner} began ${seconds} s after ${first.runner}`];
}

function countsIn(history: History): Map<string, Counts> {
  const found = new Map<string, Counts>();
  const { length, invokedMs, completedMs } = history;
  for (let i = 0; i < length; i += 1) {
    const runner = history.runnerAt(i);
    let counts = found.get(runner);
    if (counts === undefined) {
      counts = { ...NOTHING };
      found.set(runner, counts);
    }
    const [sentMs, doneMs] = [invokedMs[i] as number, completedMs[i] as number];
    counts.sent += 1;
    counts.firstMs = Math.min(counts.firstMs, sentMs);
    counts.lastMs = Math.max(counts.lastMs, sentMs);
    if (Number.isNaN(doneMs)) continue;
    counts.answered += 1;
    counts.lastMs = Math.max(counts.lastMs, doneMs);
  }
  return found;
}
