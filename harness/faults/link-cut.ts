/** One arrow of the system is refused: present connections end, new ones find nobody. */
import { fault } from "./fault.ts";
import { roundTrip } from "./round-trip.ts";

export const linkCut = fault("link-cut", {
  needs: ["links"],
  arm: (system, { link }) => ({
    inject: () => system.links.setEnabled(link, false),
    evidence: async () => {
      const enabled = await system.links.isEnabled(link);
      const { answer } = await roundTrip(system, link);
      // Behind a published port a refusal can look like a connection that is accepted and ended at once.
      return { bit: answer === "refused" || answer === "ended", detail: { link, enabled, answer } };
    },
    /** What the link is told is what it does, and a server behind an open one may be away for a reason of its own. */
    recheck: async () => {
      const enabled = await system.links.isEnabled(link);
      return { bit: !enabled, detail: { link, enabled } };
    },
    heal: () => system.links.setEnabled(link, true),
  }),
});
