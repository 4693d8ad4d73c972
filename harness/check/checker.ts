import type { Capability } from "../model/plan/capability.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { CheckResult, CheckWord, Measures } from "../model/verdict/verdict.ts";
import type { Facts } from "./facts.ts";

/** A judge of one thing. Pure: the same record gives the same answer, at any time and in any place. */
export interface Checker {
  name: string;
  /** What a system must be able to do for this to be looked at: where it cannot, it is not asked, and is told as not examined. */
  needs?: readonly Capability[];
  /** Sets times of the load beside those of the drill: where that cannot be done it is not asked, and has no figure. */
  needsTimes?: true;
  check: (record: RunRecord, facts: Facts) => Finding;
}

export interface Finding {
  verdict: CheckWord;
  reason: string;
  evidence?: string[];
  measures?: Partial<Measures>;
}

/** Evidence is for reading; the whole lists stand in the measures. */
const SHOWN = 20;

export function toResult(name: string, finding: Finding): CheckResult {
  const evidence = finding.evidence ?? [];
  const rest = evidence.length - SHOWN;
  const shown = rest > 0 ? [...evidence.slice(0, SHOWN), `… and ${rest} more`] : evidence;
  return { name, verdict: finding.verdict, reason: finding.reason, evidence: shown };
}
