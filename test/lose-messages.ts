/** Loses messages on a link, as the fault `message-loss` does, for tests that control the time themselves. */
import { type ArmedFault, armFault } from "../harness/faults/index.ts";
import type { FaultOf } from "../harness/model/plan/fault.ts";
import type { Link } from "../harness/model/plan/site.ts";
import type { Topology } from "../harness/systems/lab/topology.ts";

export function loseMessages(topology: Topology, link: Link, lost: FaultOf<"message-loss">["lost"]): ArmedFault {
  return armFault(topology, { kind: "message-loss", link, lost, afterSeconds: 0 });
}
