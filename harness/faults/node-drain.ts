/**
 * The node of a pod is drained within the namespace of the attached system: it is cordoned, and the pods of that namespace
 * on it are evicted; those of other namespaces stay. An eviction that a PodDisruptionBudget refuses is retried until the
 * fault is healed.
 *
 * Active: the node is cordoned, and no pod has the target's UID any more. Cleared: it takes pods, and the pod's controller
 * has as many ready pods as before.
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
