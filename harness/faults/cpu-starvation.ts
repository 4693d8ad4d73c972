/**
 * A component gets too little processor time, as beside a greedy neighbour: in every tenth of a second the kernel lets
 * it run for its share and throttles it for the rest.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fault } from "./fault.ts";

/** The period of which a component gets its share. */
const PERIOD_US = 100_000;
const LOOK_MS = 1000;

export const cpuStarvation = fault("cpu-starvation", {
  needs: ["component", "processor"],
  arm: (system, { part, cores }) => {
    const shareUs = Math.round(cores * PERIOD_US);
    const processor = () => system.processor(part);
    return {
      inject: () => processor().limit(shareUs),
      /** An idle component is never throttled, so it is given work. Active: the kernel then counts more throttling. */
      evidence: async () => {
        const { timesMadeToWait, giveWork } = processor();
        const before = await timesMadeToWait();
        // Not awaited: a starved component takes long.
        void giveWork().catch(() => {});
        await sleep(LOOK_MS);
        const after = await timesMadeToWait();
        return {
          bit: after > before,
          gone: after === before,
          detail: { part, timesMadeToWait: after - before, withinMs: LOOK_MS },
        };
      },
      /**
       * Checks that the kernel still has the limit, as the engine reports it, and how often it has throttled so far.
       * Proving that it throttles right now takes work, which a starved component has enough of.
       */
      recheck: async () => {
        const { timesMadeToWait } = processor();
        const quotaUs = await processor().quotaUs();
        const { running } = await system.component(part).status();
        const timesMadeToWaitSoFar = running ? await timesMadeToWait() : null;
        return { bit: quotaUs === shareUs, detail: { part, quotaUs, timesMadeToWaitSoFar } };
      },
      heal: () => processor().limit(null),
    };
  },
});
