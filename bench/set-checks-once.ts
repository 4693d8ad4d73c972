/**
 * The set checks of one size: `node bench/set-checks-once.ts WRITES`. Prints a line of JSON.
 */
import { corruptContent } from "../harness/check/corrupt-content.ts";
import { duplicatedWrites } from "../harness/check/duplicated-writes.ts";
import { gatherFacts } from "../harness/check/facts.ts";
import { CHECKERS, judge } from "../harness/check/judge.ts";
import { lostWrites } from "../harness/check/lost-writes.ts";
import { holdingsOf } from "../harness/check/survivors.ts";
import { tornBundles } from "../harness/check/torn-bundles.ts";
import { unacknowledgedWrites } from "../harness/check/unacknowledged-writes.ts";
import { unexpectedWrites } from "../harness/check/unexpected-writes.ts";
import type { Measures } from "../harness/model/verdict/verdict.ts";
import { median, peakMiB, timed } from "./child.ts";
import { type Counts, FINGERPRINTED, madeUpRun } from "./made-up-run.ts";

const ROUNDS = 5;
/** Processor time is counted in coarse steps, so small sizes are checked repeatedly. */
const OPERATIONS_A_ROUND = 2e5;
/** `corruptContent` hashes every write again, which is far more work. */
const REST = CHECKERS.filter((checker) => checker !== corruptContent);
const SET_CHECKS = [lostWrites, unacknowledgedWrites, unexpectedWrites, duplicatedWrites, tornBundles];

export interface SetChecks {
  /** The first round, in which the engine compiles; then the median of the next ones, and of their processor time. */
  firstMs: number;
  medianMs: number;
  cpuMs: number;
  /** The judge without the check of contents, once; and that check alone, where contents are real. */
  judgeMs: number;
  judgeCpuMs: number;
  hashingMs: number | null;
  /** Peaks: when the record had been made, and at the end. */
  recordMiB: number;
  peakMiB: number;
}

const { record, seeded } = madeUpRun(Number(process.argv[2]));
const recordMiB = peakMiB();
const { audit, history } = record;
const facts = gatherFacts(record);
const { serving, other } = facts;

function checkSets(): Measures {
  const holdings = {
    serving: holdingsOf(audit[serving], history),
    other: holdingsOf(audit[other], history, { api: false }),
    returned: [],
  };
  const found = SET_CHECKS.map((checker) => checker.check(record, { ...facts, holdings }).measures);
  return Object.assign({}, ...found);
}

const first = timed(checkSets);
compare(first.result, "the set checks");
const repeats = Math.max(1, Math.round(OPERATIONS_A_ROUND / history.length));
const rounds = Array.from({ length: ROUNDS }, () => {
  const { ms, cpuMs } = timed(() => {
    for (let i = 0; i < repeats; i += 1) compare(checkSets(), "the set checks");
  });
  return { ms: ms / repeats, cpuMs: cpuMs / repeats };
});
const judged = timed(() => judge(record, REST));
compare(judged.result.measures, "the judge");
let hashingMs: number | null = null;
if (history.length <= FINGERPRINTED) {
  const { result, cpuMs } = timed(() => corruptContent.check(record, facts));
  if (result.measures?.corrupt?.count !== 0) throw new Error("content was called corrupt that is not");
  hashingMs = cpuMs;
}
const said: SetChecks = {
  firstMs: first.ms,
  ...{ medianMs: median(rounds.map(({ ms }) => ms)), cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)) },
  ...{ judgeMs: judged.ms, judgeCpuMs: judged.cpuMs, hashingMs, recordMiB, peakMiB: peakMiB() },
};
process.stdout.write(`${JSON.stringify(said)}\n`);

/** The counts must be right: a fast wrong answer is worth nothing. */
function compare(measures: Measures, who: string): void {
  for (const name of Object.keys(seeded) as (keyof Counts)[]) {
    const { count } = measures[name];
    if (count !== seeded[name]) throw new Error(`${who} found ${count} ${name}, and ${seeded[name]} were seeded`);
  }
}
