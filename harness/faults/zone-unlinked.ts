/**
 * The private zone is not linked to a client network, the step that is forgotten: its resolver works and knows every name but
 * the service's, so a client that looks it up is told at once that there is none. Open connections go on, and so does who
 * still has the address: it shows when connections end. The resolver is started again for it, which takes a moment.
 * Active: the resolver works, and a client of that network does not find the service.
 */
import { fault } from "./fault.ts";

export const zoneUnlinked = fault("zone-unlinked", {
  needs: ["privateLink"],
  arm: ({ privateLink }, { side }) => ({
    inject: () => privateLink.setLinked(side, false),
    evidence: async () => {
      const [state, address] = await Promise.all([privateLink.resolver(side).state(), privateLink.lookUp(side)]);
      return {
        bit: state === "works" && address === null,
        gone: state === "works" && address !== null,
        detail: { side, state, address },
      };
    },
    heal: () => privateLink.setLinked(side, true),
  }),
});
