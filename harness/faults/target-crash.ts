/**
 * The main process of a container or pod of an attached system dies by SIGKILL, as by a kernel that is out of memory, so that
 * its own restart policy acts, if it has one.
 *
 * This cannot be undone; recovery is up to the system. Active: it does not run, or has another start time than before.
 * Cleared: it runs. Healing starts it if nothing else did.
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
