/** A container of an attached system is frozen: its address accepts connections, nothing answers. Healed, it resumes. */
import { fault } from "./fault.ts";

export const targetFreeze = fault("target-freeze", {
  needs: ["container"],
  arm: ({ container }, spec) => {
    const it = container(spec.target);
    return {
      inject: () => it.freeze(),
      evidence: async () => {
        const { running, frozen } = await it.status();
        return { bit: running && frozen, gone: running && !frozen, detail: { target: it.name, running, frozen } };
      },
      heal: () => it.thaw(),
    };
  },
});
