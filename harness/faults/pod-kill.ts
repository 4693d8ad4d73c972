/**
 * A pod of an own system is deleted, and its controller makes another. Its processes have the two seconds that the kubelet
 * gives everybody; who is to die without a word is crashed instead.
 *
 * This cannot be undone, and its end is the system's affair. Active: no pod has its UID any more. It has cleared when its
 * controller has as many ready pods as before.
 */
import { fault } from "./fault.ts";

export const podKill = fault("pod-kill", {
  needs: ["pod"],
  arm: ({ pod }, spec) => {
    const it = pod(spec.target);
    let healed = false;
    return {
      inject: async () => {
        healed = false;
        await it.remove();
      },
      evidence: async () => {
        const { gone, ready, before } = await it.replacement();
        const bit = gone && !healed;
        // A pod that is there still is one of those that were ready before.
        return { bit, gone: !bit && (!gone || ready >= before), detail: { target: it.name, gone, ready, before } };
      },
      heal: async () => {
        await it.awaitReplacement();
        healed = true;
      },
    };
  },
});
