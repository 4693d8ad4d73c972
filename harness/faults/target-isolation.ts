/**
 * Every packet to a container or a pod of an own system, and from it, is dropped: it runs, nobody reaches it, and nothing is refused.
 * Connections stay open; healed, they go on. Active: something was dropped.
 */
import { fault } from "./fault.ts";

export const targetIsolation = fault("target-isolation", {
  needs: ["target"],
  arm: ({ target }, spec) => {
    const it = target(spec.target);
    return {
      inject: () => it.isolate(),
      evidence: async () => {
        const [dropped, { running }] = await Promise.all([it.packetsDropped(), it.status()]);
        const bit = running && dropped !== null && dropped > 0;
        return { bit, gone: running && dropped === null, detail: { target: it.name, running, dropped } };
      },
      heal: () => it.rejoin(),
    };
  },
});
