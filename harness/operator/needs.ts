/** The capabilities that each planned operation needs of a system. */
import type { Capability } from "../model/plan/capability.ts";
import type { PlannedOperation } from "../model/plan/planned-operation.ts";

const NEEDS: Record<PlannedOperation["kind"], readonly Capability[]> = {
  switchover: ["replication", "postgres", "hapi", "proxy", "links"],
  restart: ["replication", "postgres", "hapi"],
  "start-replication": ["replication", "hapi"],
  "serve-across": ["replication", "hapi", "proxy", "links"],
};

/** A system that fails over by itself does these itself, on request. */
const BY_ITSELF: readonly PlannedOperation["kind"][] = ["switchover", "restart"];

export function needsOfOperation(kind: PlannedOperation["kind"], has: ReadonlySet<Capability>): readonly Capability[] {
  return BY_ITSELF.includes(kind) && has.has("failover") ? ["failover"] : NEEDS[kind];
}
