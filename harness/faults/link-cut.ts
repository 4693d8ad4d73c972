/** One link is cut: open connections end, new ones are refused. */
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
    /**
     * Checks the setting alone: a link does what it is set to, and a server behind an open link may be down for its own
     * reasons.
     */
    recheck: async () => {
      const enabled = await system.links.isEnabled(link);
      return { bit: !enabled, detail: { link, enabled } };
    },
    heal: () => system.links.setEnabled(link, true),
  }),
});
