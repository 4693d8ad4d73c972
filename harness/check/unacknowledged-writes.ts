/**
 * Recovered: its outcome was unknown, and it is there (I ∩ S). Nothing wrong with that, but clients that tried again
 * have it twice.
 * Phantom: it was called a definite failure, and it is there (F ∩ S). Then the table of outcomes is wrong, and with it
 * every figure of this run.
 */
import type { Checker } from "./checker.ts";

export const unacknowledgedWrites: Checker = {
  name: "unacknowledged-writes",
  check: ({ operations }, facts) => {
    const holdings = facts.holdings.serving;
    if (!holdings.complete) return { verdict: "inconclusive", reason: "what the serving side holds is not known" };
    const unknown = operations.filter((op) => op.outcome === "info");
    const recovered = unknown.filter((op) => holdings.holds(op) !== "absent");
    const phantom = operations.filter((op) => op.outcome === "fail" && holdings.holds(op) !== "absent");
    const measures = {
      recovered: { count: recovered.length },
      phantom: { count: phantom.length, ids: phantom.map((op) => op.write) },
    };
    if (phantom.length > 0) {
      const reason = `${phantom.length} writes that were counted as failed did happen`;
      const evidence = phantom.map((op) => `${op.write}: ${op.reason}, ledger line ${op.line}`);
      return { verdict: "inconclusive", reason, evidence, measures };
    }
    return {
      verdict: "holds",
      reason: `${recovered.length} of ${unknown.length} writes of unknown outcome did happen`,
      measures,
    };
  },
};
