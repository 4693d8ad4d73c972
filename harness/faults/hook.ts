/** A fault that the user's own programs inject, observe and heal. What they cannot observe is neither active nor cleared. */
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
