/** The whole judgement of one run. Pure: run it again on an old record with newer checkers. */

import { reasonOf } from "../model/failure.ts";
import type { RunRecord } from "../model/record.ts";
import { type CheckResult, type Measures, VERDICT_SCHEMA, type Verdict, worst } from "../model/verdict.ts";
import { type Checker, toResult } from "./checker.ts";
import { downtime } from "./downtime.ts";
import { gatherFacts } from "./facts.ts";
import { latency } from "./latency.ts";
import { lostWrites } from "./lost-writes.ts";
import { rpo } from "./rpo.ts";
import { rto } from "./rto.ts";
import { unacknowledgedWrites } from "./unacknowledged-writes.ts";
import { worthJudging } from "./worth-judging.ts";

export const CHECKERS: readonly Checker[] = [
  worthJudging,
  lostWrites,
  rpo,
  rto,
  downtime,
  unacknowledgedWrites,
  latency,
];

export function judge(record: RunRecord, checkers: readonly Checker[] = CHECKERS): Verdict {
  const facts = gatherFacts(record);
  let measures = unmeasured(record);
  const checks: CheckResult[] = [];
  for (const checker of checkers) {
    try {
      const finding = checker.check(record, facts);
      checks.push(toResult(checker.name, finding));
      measures = { ...measures, ...finding.measures };
    } catch (error) {
      const reason = `the checker itself failed: ${reasonOf(error)}`;
      checks.push({ name: checker.name, verdict: "inconclusive", reason, evidence: [] });
    }
  }
  const { id, scenario, config } = record.run;
  const verdict = worst(checks.map((check) => check.verdict));
  return { schema: VERDICT_SCHEMA, run: id, scenario: scenario.name, config: config.name, verdict, checks, measures };
}

/** All that is known before any checker has spoken: the counts of outcomes. */
function unmeasured({ operations }: RunRecord): Measures {
  const count = (outcome: string) => operations.filter((op) => op.outcome === outcome).length;
  const quantiles = { p50: null, p95: null, p99: null, count: 0 };
  return {
    writes: {
      attempted: operations.length,
      acknowledged: count("ok"),
      failed: count("fail"),
      indeterminate: count("info"),
    },
    lost: { count: null, ids: [], oldestAckMs: null, tail: null, holes: null, torn: [] },
    stranded: { count: null, ids: [] },
    recovered: { count: null },
    phantom: { count: null, ids: [] },
    rpo: { count: null, seconds: null },
    rto: { seconds: null, censoredAtSeconds: null, detect: null, switch: null, resume: null },
    downtime: { seconds: null, censored: false, intervals: [] },
    latency: { before: quantiles, during: quantiles, after: quantiles },
  };
}
