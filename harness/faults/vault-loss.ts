/**
 * The vault is killed. Healing starts it again; it unseals itself. Active: the engine reports it as dead, and a client of
 * the vault gets no answer. Cleared: it works, and a client's request succeeds.
 */
import { fault } from "./fault.ts";

const OK = 200;
const NO_ANSWER = 0;

export const vaultLoss = fault("vault-loss", {
  needs: ["vault"],
  arm: ({ vault }) => {
    const { component } = vault;
    return {
      inject: () => component.kill(),
      evidence: async () => {
        const [state, status] = await Promise.all([component.state(), vault.askAsClient()]);
        return {
          bit: state === "dead" && status === NO_ANSWER,
          gone: state === "works" && status === OK,
          detail: { state, status },
        };
      },
      recheck: async () => {
        const { running } = await component.status();
        return { bit: !running, detail: { running } };
      },
      heal: async () => void (await component.startAgain()),
    };
  },
});
