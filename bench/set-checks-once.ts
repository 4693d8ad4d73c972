/** The set checks of one size, in a process of its own: `node bench/set-checks-once.ts WRITES`. Says a line of JSON. */
import { duplicatedWrites } from "../harness/check/duplicated-writes.ts";
import { gatherFacts } from "../harness/check/facts.ts";
import { judge } from "../harness/check/judge.ts";
import { lostWrites } from "../harness/check/lost-writes.ts";
import { holdingsOf } from "../harness/check/survivors.ts";
import { tornBundles } from "../harness/check/torn-bundles.ts";
import { unacknowledgedWrites } from "../harness/check/unacknowledged-writes.ts";
import { unexpectedWrites } from "../harness/check/unexpected-writes.ts";
import type { Measures } from "../harness/model/verdict.ts";
import { median, peakMiB, timed } from "./child.ts";
import { type Counts, madeUpRun } from "./made-up-run.ts";

const ROUNDS = 5;
const CHECKERS = [lostWrites, unacknowledgedWrites, unexpectedWrites, duplicatedWrites, tornBundles];

export interface SetChecks {
  rows: number;
  firstMs: number;
  medianMs: number;
  judgeMs: number;
  recordMiB: number;
  peakMiB: number;
}

const { record, planted } = madeUpRun(Number(process.argv[2]));
const recordMiB = peakMiB();
const { audit, history } = record;
const facts = gatherFacts(record);
const { serving, other } = facts;

const runs = Array.from({ length: ROUNDS }, () =>
  timed(() => {
    const holdings = {
      serving: holdingsOf(audit[serving], history),
      other: holdingsOf(audit[other], history, { api: false }),
    };
    return CHECKERS.map((checker) => checker.check(record, { ...facts, holdings }).measures);
  }),
);
for (const { result } of runs) compare(Object.assign({}, ...result), "the set checks");
const judged = timed(() => judge(record));
compare(judged.result.measures, "the judge");
const times = runs.map(({ ms }) => ms);
const said: SetChecks = {
  rows: audit.a.rows + audit.b.rows,
  ...{ firstMs: times[0] as number, medianMs: median(times), judgeMs: judged.ms },
  ...{ recordMiB, peakMiB: peakMiB() },
};
process.stdout.write(`${JSON.stringify(said)}\n`);

/** A fast answer that is wrong is worth nothing. */
function compare(measures: Measures, who: string): void {
  for (const name of Object.keys(planted) as (keyof Counts)[]) {
    const { count } = measures[name];
    if (count !== planted[name]) throw new Error(`${who} found ${count} ${name}, and ${planted[name]} were planted`);
  }
}
