/**
 * A container of an own system is killed by the engine, as a machine that goes and stays away: after a kill by order the
 * engine's restart policy does not act. Healing starts it again.
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
