import type { Scenario } from "./scenario.ts";

/** Why a load cannot have the reads that it is said to have; `null` when it can, or has none. */
export function whyNoReads({ load, privateLink }: Pick<Scenario, "load" | "privateLink">): string | null {
  if (load.reads === undefined) return null;
  if (load.mix.update === 0)
    return "reads look at resources that are updated, and the load updates none: give load.mix.update a weight";
  return privateLink ? "the reads of two client networks cannot be told apart yet: leave load.reads out" : null;
}
