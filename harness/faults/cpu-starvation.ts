/**
 * A component gets too little processor time, as beside a noisy neighbour: in every period of 100 ms the kernel lets it
 * run for its share and throttles it for the rest.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fault } from "./fault.ts";

/** The period of which a component gets its share. */
const PERIOD_US = 100_000;
const SAMPLE_MS = 1000;

export const cpuStarvation = fault("cpu-starvation", {
  needs: ["component", "processor"],
  arm: (system, { part, cores }) => {
    const shareUs = Math.round(cores * PERIOD_US);
    const processor = () => system.processor(part);
    return {
      inject: () => processor().limit(shareUs),
      /** An idle component is never throttled, so it is given work. Active: the kernel then counts more throttled periods. */
      evidence: async () => {
        const { timesMadeToWait, giveWork } = processor();
        const before = await timesMadeToWait();
        // Not awaited: a starved component takes long.
        void giveWork().catch(() => {});
        await sleep(SAMPLE_MS);
        const after = await timesMadeToWait();
        return {
          bit: after > before,
          gone: after === before,
          detail: { part, timesMadeToWait: after - before, withinMs: SAMPLE_MS },
        };
      },
      /**
       * Checks that the limit is still in place, as the engine reports it, and how often the kernel has throttled so far.
       * Proving that it throttles now would give more work to a starved component.
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
