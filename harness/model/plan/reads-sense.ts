import type { Scenario } from "./scenario.ts";

/** Why a load cannot have the configured reads; `null` when it can, or has none. */
export function whyNoReads({ load, privateLink }: Pick<Scenario, "load" | "privateLink">): string | null {
  if (load.reads === undefined) return null;
  if (load.mix.update === 0)
    return "reads need resources that are updated, and the load updates none: give load.mix.update a weight";
  return privateLink ? "reads are not supported with two client networks yet: remove load.reads" : null;
}
