import type { Capability } from "../model/plan/capability.ts";
import type { Finding } from "./checker.ts";
import type { Facts } from "./facts.ts";

/** What a system must be able to do for that to be known. */
export const HOLDINGS_NEED: readonly Capability[] = ["content"];

/** The finding of a checker that asks what the serving side holds, when that is not known; else `null`. */
export function whatServingHolds(facts: Facts): Finding | null {
  const { complete, unreadable } = facts.holdings.serving;
  if (complete) return null;
  const why = unreadable ?? "its audit was not taken, or not to the end";
  return { verdict: "inconclusive", reason: `what ${facts.serving.toUpperCase()} holds is not known: ${why}` };
}
