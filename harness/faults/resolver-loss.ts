/**
 * A client network's resolver is killed: its clients find the address of nothing any more, and learn that after seconds, for
 * nobody refuses their questions. Open connections go on, and so does who still has the address. Healing starts it again.
 * Active: it is dead, and a client of that network does not find the service.
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
      /** Checks only that it does not run: a question that nobody answers takes a second. */
      recheck: async () => {
        const { running } = await resolver().status();
        return { bit: !running, detail: { side, running } };
      },
      heal: async () => void (await resolver().startAgain()),
    };
  },
});
