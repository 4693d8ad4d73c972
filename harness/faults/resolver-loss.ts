/**
 * A client network's resolver is killed: its clients cannot resolve any name, and learn that only after seconds, because
 * their queries are not refused. Open connections and clients that still have the address continue. Healing starts it
 * again. Active: it is dead, and a client of that network cannot resolve the service's name.
 */
import { fault } from "./fault.ts";

export const resolverLoss = fault("resolver-loss", {
  needs: ["privateLink"],
  arm: ({ privateLink }, { side }) => {
    const resolver = () => privateLink.resolver(side);
    return {
      inject: () => resolver().kill(),
      evidence: async () => {
        const [state, address] = await Promise.all([resolver().state(), privateLink.lookUp(side)]);
        return {
          bit: state === "dead" && address === null,
          gone: state === "works" && address !== null,
          detail: { side, state, address },
        };
      },
      /** Checks only that it does not run: an unanswered query takes a second. */
      recheck: async () => {
        const { running } = await resolver().status();
        return { bit: !running, detail: { side, running } };
      },
      heal: async () => void (await resolver().startAgain()),
    };
  },
});
