/** One arrow of the topology is refused: present connections end, new ones find nobody. */
import type { FaultOf } from "../model/fault.ts";
import type { Fault } from "./fault.ts";
import { roundTrip } from "./round-trip.ts";

export const linkCut: Fault<FaultOf<"link-cut">> = {
  arm: (topology, { link }) => ({
    inject: () => topology.links.setEnabled(link, false),
    evidence: async () => {
      const enabled = await topology.links.isEnabled(link);
      const { answer } = await roundTrip(topology, link);
      // Behind a published port a refusal can look like a connection that is accepted and ended at once.
      return { bit: answer === "refused" || answer === "ended", detail: { link, enabled, answer } };
    },
    /** What the link is told is what it does, and a server behind an open one may be away for a reason of its own. */
    recheck: async () => {
      const enabled = await topology.links.isEnabled(link);
      return { bit: !enabled, detail: { link, enabled } };
    },
    heal: () => topology.links.setEnabled(link, true),
  }),
};
