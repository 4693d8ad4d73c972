/**
 * Estimates the disk space that a drill takes in the results, from what the load sends and how long it lasts. Pure.
 * Each figure is rounded up from those of stored runs, so that a disk with that much space does not fill up.
 */
import { dueBy } from "../load/shape.ts";
import { sizesOf, WRITE_KINDS } from "../load/write.ts";
import { loadTimes, type Scenario, stagesOf } from "./scenario.ts";

/** Bytes per write: in the ledger, with the read of an update; and in the logs of all components. */
const A_WRITE = { ledger: 330, logs: 650 };
/** Bytes per resource: an audit row of a site's database, and an audit read through the API. */
const A_RESOURCE = { row: 280, read: 260 };
/** Bytes per second for all probes together. */
const A_SECOND = 5000;
/** Bytes per drill: logs of starting servers, the page and the verdict. */
const A_DRILL = 5e6;
const SITES = 2;

type Sized = Pick<Scenario, "load" | "faults" | "orders">;

/** WAL bytes per resource. The WAL is kept while the other site is down. */
const LOGGED = 10_500;

/** WAL bytes of one site, in its container; the database itself holds less. */
export function walBytes(scenario: Sized): number {
  return writesOf(scenario) * resourcesOf(scenario.load) * LOGGED;
}

/** Bytes in the results, before anything is packed. */
export function recordBytes(scenario: Sized): number {
  const { load, faults } = scenario;
  const { end: seconds } = loadTimes(scenario);
  const writes = writesOf(scenario);
  const reads = (load.reads?.ratePerSecond ?? 0) * seconds;
  // When a site comes back, what it holds is recorded.
  const returns = faults.filter((fault) => "side" in fault && fault.healAfterSeconds !== undefined).length;
  const aResource = (SITES + returns) * A_RESOURCE.row + A_RESOURCE.read;
  const ofWrites = writes * (A_WRITE.ledger + A_WRITE.logs + resourcesOf(load) * aResource);
  return A_DRILL + seconds * A_SECOND + ofWrites + reads * (A_WRITE.ledger + A_WRITE.logs);
}

function writesOf(scenario: Sized): number {
  return dueBy(stagesOf(scenario), loadTimes(scenario).end);
}

/** The mean number of resources per write. */
function resourcesOf(load: Sized["load"]): number {
  const sizes = sizesOf(load);
  const weights = WRITE_KINDS.reduce((sum, kind) => sum + load.mix[kind], 0);
  return WRITE_KINDS.reduce((sum, kind, i) => sum + (load.mix[kind] / weights) * (sizes[i] as number), 0);
}

/** In decimal units, as disks are sold. */
export function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
