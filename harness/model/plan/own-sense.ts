/** Refuses drills that must not be run on somebody's own system, before anything is broken. */
import { dueBy, peakOf } from "../load/shape.ts";
import { sizesOf, WRITE_KINDS } from "../load/write.ts";
import type { FaultSpec } from "./fault.ts";
import type { OwnSystem } from "./own-system.ts";
import { whyNoReads } from "./reads-sense.ts";
import { loadTimes, type Scenario, stagesOf } from "./scenario.ts";
import { whyNoShape } from "./shape-sense.ts";
import { otherTypes, whyNoForm } from "./write-form.ts";

/** Why the drill is refused; `null` when it may run. `irreversible`: the user accepts irreversible faults. */
export function refusedOnOwn(scenario: Scenario, own: OwnSystem, { irreversible = false } = {}): string | null {
  const { faults, start, orders } = scenario;
  const { maxRatePerSecond, maxWrites, severalAtOnce } = own.guard;
  if (start.resources > 0 || !start.replicated) return "it requires initial content other than the system's own";
  const other = orders.find(({ kind }) => kind !== "switchover");
  if (other) return `planned operation not supported on own systems: ${other.kind}`;
  const unsupported = whyNoShape(scenario) ?? whyNoReads(scenario) ?? whyNoForm(scenario);
  if (unsupported !== null) return unsupported;
  const others = otherTypes(scenario.load.resources);
  if (others.length > 0)
    return `clean finds only patients and observations, and load.resources has other types: ${others.join(", ")}`;
  const reads = scenario.load.reads?.ratePerSecond ?? 0;
  const most = peakOf(stagesOf(scenario));
  if (reads > 0 && most + reads > maxRatePerSecond)
    return `it writes ${most} and reads ${reads} a second, and guard.maxRatePerSecond is ${maxRatePerSecond}`;
  if (most > maxRatePerSecond) return `it writes ${most} a second, and guard.maxRatePerSecond is ${maxRatePerSecond}`;
  const writes = Math.ceil(dueBy(stagesOf(scenario), loadTimes(scenario).end));
  const resources = Math.ceil(writes * meanSize(scenario));
  if (scenario.load.bundleEntries !== undefined && resources > maxWrites)
    return `it comes to ${resources} resources, and guard.maxWrites is ${maxWrites}`;
  if (writes > maxWrites) return `it comes to ${writes} writes, and guard.maxWrites is ${maxWrites}`;
  for (const fault of faults) {
    if (fault.kind === "node-drain" && !irreversible)
      return `only fhirdrill makes the drained node of ${fault.target} schedulable again: add --irreversible`;
    const unknown = unknownIn(fault, own);
    if (unknown !== null) return unknown;
    const hook = fault.kind === "hook" ? own.hooks[fault.hook] : undefined;
    if (hook?.irreversible === true && !irreversible)
      return `the hook ${nameOf(fault)} does not end by itself: add --irreversible`;
    if ((fault.healAfterSeconds ?? 0) > (hook?.ttlSeconds ?? Number.POSITIVE_INFINITY))
      return `the hook ${nameOf(fault)} ends by itself after ${hook?.ttlSeconds} s, before it would be healed`;
  }
  for (const [i, fault] of faults.entries()) {
    const together = faults.slice(0, i).filter((other) => nameOf(other) !== nameOf(fault) && overlap(other, fault));
    const [other] = together;
    if (other !== undefined && severalAtOnce !== true)
      return `${nameOf(other)} and ${nameOf(fault)} would be broken at the same time: set guard.severalAtOnce`;
    const all = allOfAKindAmong([...together, fault].map(nameOf), own);
    if (all !== null) return `every ${all} would be broken at the same time`;
  }
  return null;
}

/** How many resources a write of the load has, on average. */
function meanSize({ load }: Scenario): number {
  const weights = WRITE_KINDS.map((kind) => load.mix[kind]);
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const sizes = sizesOf(load);
  return sum(weights.map((weight, kind) => weight * (sizes[kind] as number))) / sum(weights);
}

function unknownIn(fault: FaultSpec, { targets, hooks }: OwnSystem): string | null {
  if (fault.kind === "hook") return fault.hook in hooks ? null : `its description has no hook ${fault.hook}`;
  if (!("target" in fault)) return null;
  return fault.target in targets ? null : `its description has no target ${fault.target}`;
}

function nameOf(fault: FaultSpec): string {
  if (fault.kind === "hook") return fault.hook;
  return "target" in fault ? fault.target : fault.kind;
}

/** Whether two faults overlap in time. A fault that is not healed lasts to the end. */
function overlap(one: FaultSpec, other: FaultSpec): boolean {
  const endOf = ({ afterSeconds, healAfterSeconds = Number.POSITIVE_INFINITY }: FaultSpec) =>
    afterSeconds + healAfterSeconds;
  return one.afterSeconds < endOf(other) && other.afterSeconds < endOf(one);
}

/** The kind of which all targets, at least two, are among these names; `null` if there is none. */
export function allOfAKindAmong(names: readonly string[], { targets }: OwnSystem): "server" | "database" | null {
  for (const kind of ["server", "database"] as const) {
    const all = Object.keys(targets).filter((name) => targets[name]?.is === kind);
    if (all.length > 1 && all.every((name) => names.includes(name))) return kind;
  }
  return null;
}
