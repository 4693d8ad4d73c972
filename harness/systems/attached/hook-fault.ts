/** A fault of their own programs. What does not clearly say what it sees, sees nothing. */
import { z } from "zod";
import { reasonOf } from "../../model/failure.ts";
import type { Hook, Step } from "../../model/plan/own-system.ts";
import type { HookFault } from "../../system/hook.ts";
import { firstIssue } from "./issue.ts";
import { runStep, whyFailed } from "./step.ts";

/** The one line that `evidence` prints. */
const SeenSchema = z.strictObject({
  bit: z.boolean(),
  gone: z.boolean().optional(),
  detail: z.record(z.string(), z.unknown()).default({}),
});

export function hookFault(name: string, hook: Hook, run: string): HookFault {
  const environment = {
    FHIRDRILL_RUN: run,
    FHIRDRILL_FAULT: name,
    ...(hook.ttlSeconds === undefined ? {} : { FHIRDRILL_TTL_SECONDS: String(hook.ttlSeconds) }),
  };
  const must = async (step: Step) => {
    const why = whyFailed(step, await runStep(step, environment));
    if (why !== null) throw new Error(why);
  };
  return {
    inject: () => must(hook.inject),
    heal: () => must(hook.heal),
    look: async () => {
      try {
        const ended = await runStep(hook.evidence, environment);
        const why = whyFailed(hook.evidence, ended);
        if (why !== null) return cannotTell(why);
        const { success, data, error } = SeenSchema.safeParse(JSON.parse(ended.out));
        if (!success) throw new Error(firstIssue(error));
        return { bit: data.bit, gone: data.gone ?? !data.bit, detail: data.detail };
      } catch (error) {
        return cannotTell(`${hook.evidence.argv[0]} does not say what it sees: ${reasonOf(error)}`);
      }
    },
  };
}

function cannotTell(why: string): Awaited<ReturnType<HookFault["look"]>> {
  return { bit: null, gone: null, detail: { why } };
}
