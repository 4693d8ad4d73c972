/**
 * A container of an attached system gets too little processor time, as beside a noisy neighbour: in every period of 100 ms
 * the kernel lets it run for its share and throttles it for the rest. It is given no work: a container with little to do
 * is never throttled, and then the fault is not active.
 *
 * Active: the limit is in place, and the kernel throttles more. Cleared: the limit is not in place, and the kernel does not
 * throttle, unless the container has a limit of its own.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fault } from "./fault.ts";

const SAMPLE_MS = 1000;

export const targetStarvation = fault("target-starvation", {
  needs: ["container"],
  arm: ({ container }, spec) => {
    const it = container(spec.target);
    return {
      inject: () => it.limitProcessor(spec.cores),
      evidence: async () => {
        const before = await it.timesThrottled();
        await sleep(SAMPLE_MS);
        const throttled = (await it.timesThrottled()) - before;
        const [limit, { running }] = await Promise.all([it.processorLimit(), it.status()]);
        return {
          bit: limit === "ours" && throttled > 0,
          gone: running && limit !== "ours" && (limit === "theirs" || throttled === 0),
          detail: { target: it.name, running, limit, throttled, withinMs: SAMPLE_MS },
        };
      },
      /** Checks only that the limit is still in place: observing the throttling takes a second. */
      recheck: async () => {
        const [limit, { running }] = await Promise.all([it.processorLimit(), it.status()]);
        return {
          bit: running && limit === "ours",
          gone: running && limit !== "ours",
          detail: { target: it.name, running, limit },
        };
      },
      heal: () => it.restoreProcessor(),
    };
  },
});
