/**
 * A part gets too little of a processor, as beside a greedy neighbour: the kernel lets it run for its share of every
 * tenth of a second, and makes it wait for the rest.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fault } from "./fault.ts";

/** Of which a part gets its share. */
const PERIOD_US = 100_000;
const LOOK_MS = 1000;

export const cpuStarvation = fault("cpu-starvation", {
  needs: ["component", "processor"],
  arm: (system, { part, cores }) => {
    const shareUs = Math.round(cores * PERIOD_US);
    const processor = () => system.processor(part);
    return {
      inject: () => processor().limit(shareUs),
      /** An idle part is never made to wait, so it is given work, and bites when the kernel then counts more waiting. */
      evidence: async () => {
        const { timesMadeToWait, giveWork } = processor();
        const before = await timesMadeToWait();
        // Not awaited: starved, it takes long.
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
       * That the kernel still has its order, by the engine's word; and how often it has made the part wait by now. To see that
       * it does so for certain takes work, which a starved part has enough of.
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
