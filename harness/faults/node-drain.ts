/**
 * The node of a pod of an own system is drained, as far as there is consent: it takes no new pods, and the pods of the system's
 * namespace on it are evicted; those of others stay. A PodDisruptionBudget may refuse an eviction, which is then asked for
 * again until the fault is healed.
 *
 * Active: the node takes no pods, and no pod has the UID any more. Cleared: it takes them, and the pod's controller has as many
 * ready pods as before.
 */
import { fault } from "./fault.ts";

export const nodeDrain = fault("node-drain", {
  needs: ["pod"],
  arm: ({ pod }, spec) => {
    const it = pod(spec.target);
    return {
      inject: () => it.drain(),
      evidence: async () => {
        const [{ gone, ready, before }, drained] = await Promise.all([it.replacement(), it.drained()]);
        const { unschedulable } = drained;
        return {
          bit: unschedulable && gone,
          gone: !unschedulable && (!gone || ready >= before),
          detail: { target: it.name, gone, ready, before, ...drained },
        };
      },
      heal: () => it.undrain(),
    };
  },
});
