/**
 * How much disk a drill takes in the results, told before it begins: from what the load sends and how long it lasts. Pure.
 * Each figure is a round one above those of stored runs, so that a disk with that much room does not fill up.
 */
import { dueBy } from "../load/shape.ts";
import { sizesOf, WRITE_KINDS } from "../load/write.ts";
import { loadTimes, type Scenario, stagesOf } from "./scenario.ts";

/** Of the ledger, with the read of an update; and of the logs of all components. */
const A_WRITE = { ledger: 330, logs: 650 };
/** A version of a resource as a site's database holds it, and a read of it through the API. */
const A_RESOURCE = { row: 280, read: 260 };
/** Of all probes together. */
const A_SECOND = 5000;
/** Logs of servers that start, the page and the verdict. */
const A_DRILL = 5e6;
const SITES = 2;

type Sized = Pick<Scenario, "load" | "faults" | "orders">;

/** What a site's database writes to its write-ahead log for a resource: all of it is kept while the other site is away. */
const LOGGED = 10_500;

/** Bytes of the write-ahead log of one site, in its container; what the database holds is less. */
export function walBytes(scenario: Sized): number {
  return writesOf(scenario) * resourcesOf(scenario.load) * LOGGED;
}

/** Bytes in the results, before anything is packed. */
export function recordBytes(scenario: Sized): number {
  const { load, faults } = scenario;
  const { end: seconds } = loadTimes(scenario);
  const writes = writesOf(scenario);
  const reads = (load.reads?.ratePerSecond ?? 0) * seconds;
  // A site that comes back is recorded as it is then.
  const returns = faults.filter((fault) => "side" in fault && fault.healAfterSeconds !== undefined).length;
  const aResource = (SITES + returns) * A_RESOURCE.row + A_RESOURCE.read;
  const ofWrites = writes * (A_WRITE.ledger + A_WRITE.logs + resourcesOf(load) * aResource);
  return A_DRILL + seconds * A_SECOND + ofWrites + reads * (A_WRITE.ledger + A_WRITE.logs);
}

function writesOf(scenario: Sized): number {
  return dueBy(stagesOf(scenario), loadTimes(scenario).end);
}

/** Of a write, on the average. */
function resourcesOf(load: Sized["load"]): number {
  const sizes = sizesOf(load);
  const weights = WRITE_KINDS.reduce((sum, kind) => sum + load.mix[kind], 0);
  return WRITE_KINDS.reduce((sum, kind, i) => sum + (load.mix[kind] / weights) * (sizes[i] as number), 0);
}

/** In the units that disks are sold in. */
export function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
