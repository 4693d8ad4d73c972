/** A fault that an own system's programs inject, see and heal. What they cannot tell counts as neither seen nor cleared. */
import { fault } from "./fault.ts";

export const hook = fault("hook", {
  needs: ["hook"],
  arm: (system, spec) => {
    const it = system.hook(spec.hook);
    return {
      inject: it.inject,
      evidence: async () => {
        const { bit, gone, detail } = await it.look();
        return { bit: bit === true, gone: gone === true, detail: { hook: spec.hook, ...detail } };
      },
      heal: it.heal,
    };
  },
});
