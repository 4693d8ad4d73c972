import type { Finding } from "./checker.ts";
import type { Facts } from "./facts.ts";

/** The finding of a checker that asks what the serving side holds, when that is not known; else `null`. */
export function whatServingHolds(facts: Facts): Finding | null {
  const { complete, unreadable } = facts.holdings.serving;
  if (complete) return null;
  const why = unreadable ?? "its audit was not taken, or not to the end";
  return { verdict: "inconclusive", reason: `what ${facts.serving.toUpperCase()} holds is not known: ${why}` };
}
