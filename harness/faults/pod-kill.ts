/**
 * A pod of an attached system is deleted, and its controller creates another. The kubelet gives its processes two seconds to
 * shut down; for a death without a shutdown, use `target-crash`.
 *
 * This cannot be undone; recovery is up to the system. Active: no pod has its UID any more. Cleared: its controller has
 * as many ready pods as before.
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
        // A pod that still exists is one of those that were ready before.
        return { bit, gone: !bit && (!gone || ready >= before), detail: { target: it.name, gone, ready, before } };
      },
      heal: async () => {
        await it.awaitReplacement();
        healed = true;
      },
    };
  },
});
