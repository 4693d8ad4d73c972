/**
 * Every packet to and from a container or pod of an attached system is dropped: it runs, cannot be reached, and nothing is
 * refused. Connections stay open and continue after healing. Active: packets were dropped.
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
