/**
 * The main process of a container, or of a pod, of an own system dies by SIGKILL, as by a kernel that is out of memory, so that its own
 * restart policy acts, if it has one.
 *
 * This cannot be undone, and its end is the system's affair. Active: it does not run, or runs since another time than
 * before. It has cleared when it runs. Healing starts it where nobody else did.
 */
import { fault } from "./fault.ts";

export const targetCrash = fault("target-crash", {
  needs: ["target"],
  arm: ({ target }, spec) => {
    const it = target(spec.target);
    let before: string | null = null;
    let healed = false;
    return {
      inject: async () => {
        before = await it.startedAt();
        if (before === null) throw new Error(`${it.name} does not run`);
        healed = false;
        await it.crash();
      },
      evidence: async () => {
        const startedAt = await it.startedAt();
        const bit = before !== null && startedAt !== before && !healed;
        return { bit, gone: startedAt !== null && !bit, detail: { target: it.name, before, startedAt } };
      },
      heal: async () => {
        await it.startAgain();
        healed = true;
      },
    };
  },
});
