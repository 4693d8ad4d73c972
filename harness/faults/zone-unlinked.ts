/**
 * The private zone is not linked to a client network, a step that people forget: its resolver works and resolves every name
 * but the service's, for which clients get NXDOMAIN at once. Open connections and clients that still have the address
 * continue, so the fault shows only when connections end. Injecting it restarts the resolver, which takes a moment.
 * Active: the resolver works, and a client of that network cannot resolve the service's name.
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
