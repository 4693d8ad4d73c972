/**
 * A container of an attached system is killed through the engine, like a machine that fails and stays down: after such a kill
 * the engine's restart policy does not act. Healing starts it again.
 */
import { fault } from "./fault.ts";

export const targetLoss = fault("target-loss", {
  needs: ["container"],
  arm: ({ container }, spec) => {
    const it = container(spec.target);
    return {
      inject: () => it.kill(),
      evidence: async () => {
        const { running } = await it.status();
        return { bit: !running, detail: { target: it.name, running } };
      },
      heal: async () => void (await it.startAgain()),
    };
  },
});
