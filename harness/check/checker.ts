import type { Capability } from "../model/plan/capability.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { CheckResult, CheckWord, Measures } from "../model/verdict/verdict.ts";
import type { Facts } from "./facts.ts";

/** Judges one thing. Pure: the same record always gives the same finding. */
export interface Checker {
  name: string;
  /** Capabilities that this check needs of the system; without them it is not run, and reported as not examined. */
  needs?: readonly Capability[];
  /** Compares times of the load with those of the drill; if that is impossible it is not run, and has no figure. */
  needsTimes?: true;
  check: (record: RunRecord, facts: Facts) => Finding;
}

export interface Finding {
  verdict: CheckWord;
  reason: string;
  evidence?: string[];
  measures?: Partial<Measures>;
  /** Broken by nothing but a time that ended, and was too long: on a busy machine that is not the system's fault. */
  isLate?: boolean;
}

/** Evidence is for reading; the measures have the whole lists. */
const SHOWN = 20;

export function toResult(name: string, finding: Finding): CheckResult {
  const evidence = finding.evidence ?? [];
  const rest = evidence.length - SHOWN;
  const shown = rest > 0 ? [...evidence.slice(0, SHOWN), `… and ${rest} more`] : evidence;
  return { name, verdict: finding.verdict, reason: finding.reason, evidence: shown };
}
