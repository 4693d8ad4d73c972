/** Judges a run as a whole. Pure: newer checkers can judge an old record again. */

import { FAIL, INFO, OK } from "../model/columns/history.ts";
import { type Capability, lackOf } from "../model/plan/capability.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { RunRecord } from "../model/record/record.ts";
import { capabilitiesIn } from "../model/record/run.ts";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import {
  type CheckResult,
  type Measures,
  NO_RTO,
  VERDICT_SCHEMA,
  type Verdict,
  worst,
} from "../model/verdict/verdict.ts";
import { accessEnds } from "./access-ends.ts";
import { acknowledgedWhenFenced } from "./acknowledged-when-fenced.ts";
import { acrossRegions } from "./across-regions.ts";
import { apiReads } from "./api-reads.ts";
import { availability } from "./availability.ts";
import { bulkExport } from "./bulk-export.ts";
import { carriedRate } from "./carried-rate.ts";
import { type Checker, type Finding, toResult } from "./checker.ts";
import { clientNetworks } from "./client-networks.ts";
import { corruptContent } from "./corrupt-content.ts";
import { currentVersions } from "./current-versions.ts";
import { danglingReferences } from "./dangling-references.ts";
import { dataBeforeLoad } from "./data-before-load.ts";
import { deviceConnections } from "./device-connections.ts";
import { deviceMessages } from "./device-messages.ts";
import { divergence } from "./divergence.ts";
import { doubleExecutedWrites } from "./double-executed-writes.ts";
import { downtime } from "./downtime.ts";
import { duplicatedWrites } from "./duplicated-writes.ts";
import { gatherFacts } from "./facts.ts";
import { failoverWithoutCause } from "./failover-without-cause.ts";
import { hiddenUpdates } from "./hidden-updates.ts";
import { indexLost } from "./index-lost.ts";
import { initialReplication } from "./initial-replication.ts";
import { latency } from "./latency.ts";
import { linearizableRegisters } from "./linearizable-registers.ts";
import { lostWrites } from "./lost-writes.ts";
import { machine } from "./machine.ts";
import { readAvailability } from "./read-availability.ts";
import { redundancy } from "./redundancy.ts";
import { refusedAuthorization } from "./refused-authorization.ts";
import { regressedVersions } from "./regressed-versions.ts";
import { replicationLag } from "./replication-lag.ts";
import { resources } from "./resources.ts";
import { rpo } from "./rpo.ts";
import { rto } from "./rto.ts";
import { staleReads } from "./stale-reads.ts";
import { stolenData } from "./stolen-data.ts";
import { strandedSaved } from "./stranded-saved.ts";
import { switchover } from "./switchover.ts";
import { throttled } from "./throttled.ts";
import { tornBundles } from "./torn-bundles.ts";
import { unacknowledgedWrites } from "./unacknowledged-writes.ts";
import { unexpectedWrites } from "./unexpected-writes.ts";
import { whyUntimed } from "./untimed.ts";
import { unverifiableAcknowledgements } from "./unverifiable-acknowledgements.ts";
import { vaultReturn } from "./vault-return.ts";
import { worstOfNetworks } from "./worst-of-networks.ts";
import { worthJudging } from "./worth-judging.ts";

/** In seconds: longer than any time that ended. */
const LONGER = 1e9;

export const CHECKERS: readonly Checker[] = [
  worthJudging,
  machine,
  throttled,
  apiReads,
  lostWrites,
  unverifiableAcknowledgements,
  rpo,
  worstOfNetworks(rto, ({ rto: of }) => of && (of.seconds ?? LONGER + (of.censoredAtSeconds ?? 0))),
  worstOfNetworks(downtime, ({ downtime: of }) => of?.seconds),
  worstOfNetworks(availability, ({ availability: of }) =>
    of === undefined || of.byTime === null ? null : 1 - of.byTime,
  ),
  readAvailability,
  failoverWithoutCause,
  acknowledgedWhenFenced,
  refusedAuthorization,
  unacknowledgedWrites,
  unexpectedWrites,
  tornBundles,
  duplicatedWrites,
  doubleExecutedWrites,
  corruptContent,
  dataBeforeLoad,
  currentVersions,
  regressedVersions,
  danglingReferences,
  indexLost,
  linearizableRegisters,
  staleReads,
  hiddenUpdates,
  divergence,
  redundancy,
  strandedSaved,
  switchover,
  latency,
  carriedRate,
  replicationLag,
  resources,
  initialReplication,
  acrossRegions,
  bulkExport,
  deviceMessages,
  deviceConnections,
  clientNetworks,
  vaultReturn,
  accessEnds,
  stolenData,
];

/** A run in which this check was not examined never holds. */
const ESSENTIAL = lostWrites.name;
const PROVES_NOTHING = ", so it is not known what was lost, and the run proves nothing";

export function judge(record: RunRecord, checkers: readonly Checker[] = CHECKERS): Verdict {
  const facts = gatherFacts(record);
  const untimed = whyUntimed(record);
  const has = capabilitiesIn(record.run);
  let measures = unmeasured(record);
  const checks: CheckResult[] = [];
  const late = new Set<string>();
  for (const checker of checkers) {
    try {
      const finding = whyNotRun(checker, has, untimed) ?? checker.check(record, facts);
      requireNumbers(finding.measures);
      checks.push(toResult(checker.name, finding));
      if (finding.isLate) late.add(checker.name);
      measures = { ...measures, ...finding.measures };
    } catch (error) {
      const reason = `the checker itself failed: ${reasonOf(error)}`;
      checks.push({ name: checker.name, verdict: "inconclusive", reason, evidence: [] });
    }
  }
  if (untimed !== null) measures.lost = { ...measures.lost, oldestAckMs: null, tail: null, holes: null };
  const { id, scenario, config } = record.run;
  const fair = withoutBlame(checks, late, measures);
  const isDark = fair.some((check) => check.name === ESSENTIAL && check.verdict === "not-examined");
  const verdict = worst(fair.map((check) => (isDark && check.verdict === "holds" ? "inconclusive" : check.verdict)));
  const of = { schema: VERDICT_SCHEMA, run: id, scenario: scenario.name, config: config.name } as const;
  return { ...of, verdict, checks: fair, measures };
}

/** The finding of a checker that cannot run, because the system or the record lacks what it needs; `null` if it can. */
function whyNotRun(
  { name, needs = [], needsTimes }: Checker,
  has: ReadonlySet<Capability>,
  untimed: string | null,
): Finding | null {
  const lack = lackOf(needs, has);
  if (lack !== null) return { verdict: "not-examined", reason: name === ESSENTIAL ? `${lack}${PROVES_NOTHING}` : lack };
  return untimed !== null && needsTimes ? { verdict: "inconclusive", reason: untimed } : null;
}

/** What is not known is `null`. NaN and infinity are mistakes, and JSON would store them as `null`. */
function requireNumbers(measures: Finding["measures"]): void {
  JSON.stringify(measures, (name, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`its figure "${name}" is ${value}`);
    return value;
  });
}

/** On a busy machine a missed time is not the system's fault. A lost write is lost on any machine. */
function withoutBlame(checks: readonly CheckResult[], late: ReadonlySet<string>, measures: Measures): CheckResult[] {
  const busy = checks.some(({ name, verdict }) => name === machine.name && verdict === "inconclusive");
  const sampled = measures.machine.unknownSeconds === 0;
  return checks.map((check) =>
    busy && sampled && check.verdict === "broken" && late.has(check.name)
      ? { ...check, verdict: "inconclusive", reason: `${check.reason}, on a busy machine` }
      : check,
  );
}

/** The measures before any checker has run: only the counts of outcomes are known. */
function unmeasured({ history }: RunRecord): Measures {
  const quantiles = { p50: null, p95: null, p99: null, count: 0 };
  const writes = { count: null, ids: [] };
  const resources = { count: null, resources: [] };
  return {
    writes: {
      attempted: history.length,
      acknowledged: history.count(OK),
      failed: history.count(FAIL),
      indeterminate: history.count(INFO),
    },
    lost: { ...writes, oldestAckMs: null, tail: null, holes: null },
    stranded: writes,
    recovered: { count: null },
    phantom: writes,
    unexpected: writes,
    duplicated: writes,
    doubleExecuted: writes,
    corrupt: writes,
    torn: writes,
    regressed: resources,
    dangling: resources,
    indexLost: resources,
    stale: { ...quantiles, maxMs: null },
    registers: { checked: null, violations: [] },
    divergence: { onlyServing: null, onlyOther: null, different: null },
    rpo: { count: null, seconds: null, afterFault: null, later: null },
    rto: NO_RTO,
    redundancy: { seconds: null, censoredAtSeconds: null },
    downtime: { seconds: null, censored: false, intervals: [] },
    availability: { byTime: null, byCount: null, budgetByTime: null, budgetByCount: null },
    switchovers: [],
    clientNetworks: [],
    latency: { before: quantiles, during: quantiles, after: quantiles },
    ...UNMEASURED,
  };
}
