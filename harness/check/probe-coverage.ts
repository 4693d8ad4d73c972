/**
 * Probe coverage: each kind of sample that a drill takes was taken from the baseline to the end of the load, without a
 * gap longer than a busy machine causes.
 */
import { isOtherRunner } from "../model/load/runners.ts";
import { failsOverByItself, tellsItsPrimary } from "../model/plan/config.ts";
import { SITES } from "../model/plan/site.ts";
import { type ProbeLine, SAMPLED_COMPONENTS } from "../model/record/probe.ts";
import type { RunRecord } from "../model/record/record.ts";
import { capabilitiesIn, type Run } from "../model/record/run.ts";
import type { Interval } from "../stats/intervals.ts";
import { baselineBeganMs, type Facts } from "./facts.ts";
import { toldPlans } from "./told-plans.ts";

interface Sort {
  /** The longest gap allowed: several times what was measured on a machine busy with other work. */
  holeMs: number;
  /** Which runs must have it, even if there is no sample of it. */
  isDue: (run: Run) => boolean;
  /** None are taken while the operator carries out a plan. */
  restsInPlans?: true;
}

const isSealed = ({ record }: Run) => record >= 2;
const isLab = ({ config }: Run) => config.own === null;
/** Between two writes of the prober, in milliseconds. */
export const PROBER_HOLE_MS = 2000;
const SORTS: Record<ProbeLine["type"], Sort> = {
  availability: { holeMs: PROBER_HOLE_MS, isDue: () => true },
  // The first runs stopped probing health at the failover. They do not name the fhirdrill that made them.
  health: {
    holeMs: 10_000,
    isDue: (run) => run.versions.fhirdrill !== undefined && !failsOverByItself(run.config),
    restsInPlans: true,
  },
  primary: { holeMs: 10_000, isDue: ({ config }) => tellsItsPrimary(config) },
  "replication-lag": { holeMs: 10_000, isDue: (run) => capabilitiesIn(run).has("lag") },
  machine: { holeMs: 10_000, isDue: isSealed },
  resources: { holeMs: 30_000, isDue: (run) => isSealed(run) && isLab(run) },
};

/** What is missing, one sentence for each kind. */
export function probeHoles(record: RunRecord, { loadEndMs }: Facts): string[] {
  const { probes, events, run } = record;
  const fromMs = baselineBeganMs(events);
  // Without k6's clock the end of the load is not known.
  if (fromMs === undefined || run.clock === null) return [];
  const taken = Map.groupBy(probes, nameOf);
  const plans = toldPlans(events).map(({ steps, end }) => {
    const events = end === null ? steps : [...steps, end];
    const beganMs = Math.min(...events.map(({ atMs, tookMs }) => atMs - tookMs));
    return { fromMs: beganMs, toMs: Math.max(...events.map(({ atMs }) => atMs)) };
  });
  return dueIn(run, taken).flatMap((name) => {
    const samples = taken.get(name) ?? [];
    if (samples.length > 0 && samples.every(isUnsampled)) return [];
    const { holeMs, restsInPlans } = SORTS[name.split(" ")[0] as ProbeLine["type"]];
    const covered = [...samples.map(instantOf), ...(restsInPlans ? plans : [])];
    const hole = holeIn(covered, { fromMs, toMs: loadEndMs }, holeMs);
    if (hole === null) return [];
    const span = `from ${(hole.fromMs / 1000).toFixed(1)} s to ${(hole.toMs / 1000).toFixed(1)} s`;
    return [`there is no sample of ${name} ${span}, while the load was running`];
  });
}

function nameOf(probe: ProbeLine): string {
  if (probe.type === "primary") return `${probe.type} of ${probe.side}`;
  return probe.type === "resources" ? `${probe.type} of ${probe.part}` : probe.type;
}

/** The kinds that a run of its version must have, and any others that it has. */
function dueIn(run: Run, taken: ReadonlyMap<string, unknown>): string[] {
  const types = Object.entries(SORTS).flatMap(([type, { isDue }]) => (isDue(run) ? [type] : []));
  const ofEach = (type: string, each: readonly string[]) => each.map((one) => `${type} of ${one}`);
  const names = types.flatMap((type) => {
    if (type === "primary") return ofEach(type, SITES);
    return type === "resources"
      ? ofEach(type, [...SAMPLED_COMPONENTS, ...(run.runners ?? []).filter(isOtherRunner)])
      : [type];
  });
  const others = [...taken.keys()].filter((name) => name !== "health");
  return [...new Set([...names, ...others])];
}

/** Where the machine has no counters, a single line says so, and there is no other. */
function isUnsampled(probe: ProbeLine): boolean {
  return probe.type === "machine" && probe.cores === null && probe.why !== null;
}

function instantOf(probe: ProbeLine): Interval {
  const ms = "atMs" in probe ? probe.atMs : probe.sentMs;
  return { fromMs: ms, toMs: ms };
}

/** The first stretch within `span`, longer than `leastMs`, that nothing covers. */
function holeIn(covered: readonly Interval[], span: Interval, leastMs: number): Interval | null {
  let fromMs = span.fromMs;
  const end = { fromMs: span.toMs, toMs: span.toMs };
  for (const next of [...covered, end].toSorted((x, y) => x.fromMs - y.fromMs)) {
    const toMs = Math.min(next.fromMs, span.toMs);
    if (toMs - fromMs > leastMs) return { fromMs, toMs };
    fromMs = Math.max(fromMs, next.toMs);
  }
  return null;
}
