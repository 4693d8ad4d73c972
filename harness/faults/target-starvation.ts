/**
 * A container of an own system gets too little processor time, as beside a greedy neighbour: in every tenth of a second the
 * kernel lets it run for its share and throttles it for the rest. Nothing is put to work in it: one that has little to do is
 * never throttled, and then the fault is not active.
 *
 * Active: the limit is in place, and the kernel throttles more. Cleared: it is not in place, and the kernel does not throttle,
 * unless the container has a limit of its own, at which it may.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fault } from "./fault.ts";

const LOOK_MS = 1000;

export const targetStarvation = fault("target-starvation", {
  needs: ["container"],
  arm: ({ container }, spec) => {
    const it = container(spec.target);
    return {
      inject: () => it.limitProcessor(spec.cores),
      evidence: async () => {
        const before = await it.timesThrottled();
        await sleep(LOOK_MS);
        const throttled = (await it.timesThrottled()) - before;
        const [limit, { running }] = await Promise.all([it.processorLimit(), it.status()]);
        return {
          bit: limit === "ours" && throttled > 0,
          gone: running && limit !== "ours" && (limit === "theirs" || throttled === 0),
          detail: { target: it.name, running, limit, throttled, withinMs: LOOK_MS },
        };
      },
      /** Checks that the limit is still in place: to see it throttle takes a second. */
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
