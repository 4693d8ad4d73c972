import type { Capability } from "../model/plan/capability.ts";
import type { Finding } from "./checker.ts";
import type { Facts } from "./facts.ts";

/** Capabilities needed to know what the serving site holds. */
export const HOLDINGS_NEED: readonly Capability[] = ["content"];

/** The finding of a checker that needs what the serving site holds, if that is not known; else `null`. */
export function whatServingHolds(facts: Facts): Finding | null {
  const { complete, unreadable } = facts.holdings.serving;
  if (complete) return null;
  const why = unreadable ?? "its audit was not taken, or not to the end";
  return { verdict: "inconclusive", reason: `what ${facts.serving.toUpperCase()} holds is not known: ${why}` };
}
