/**
 * Lost: acknowledged, and not on the side that serves at the end (K \ S).
 * Stranded: lost, but the old primary still holds it, so that it can be brought back by hand; the other lost are gone.
 * Tail: lost writes acknowledged after the newest surviving write of the old primary. Holes: lost ones before it.
 * Torn: a transaction of which only a part is there; it counts as lost.
 */
import type { Operation } from "../model/operation.ts";
import type { Checker } from "./checker.ts";

export const lostWrites: Checker = {
  name: "lost-writes",
  check: ({ operations, run }, facts) => {
    const { serving: holdings, other } = facts.holdings;
    if (!holdings.complete) {
      const why = holdings.unreadable ?? "its audit was not taken, or not to the end";
      return { verdict: "inconclusive", reason: `what ${facts.serving.toUpperCase()} holds is not known: ${why}` };
    }
    const acknowledged = operations.filter((op) => op.outcome === "ok");
    if (acknowledged.length === 0) {
      return { verdict: "inconclusive", reason: "no write was acknowledged, so none could be lost" };
    }
    const lost = acknowledged.filter((op) => holdings.holds(op) !== "whole").toSorted((x, y) => ackMs(x) - ackMs(y));
    const otherKnown = other.unreadable === null && other.complete;
    const stranded = lost.filter((op) => other.holds(op) === "whole");
    const lostIds = new Set(lost.map((op) => op.write));
    const { latched } = facts.operator;
    // The operator's stamp follows the latch by some milliseconds, in which the other side may already acknowledge.
    const byOldPrimary = (op: Operation) => !latched || (ackMs(op) < latched.atMs && op.servedBy !== latched.side);
    const newestSurvivorMs = acknowledged
      .filter((op) => byOldPrimary(op) && !lostIds.has(op.write))
      .reduce((newest, op) => Math.max(newest, ackMs(op)), Number.NEGATIVE_INFINITY);
    const holes = lost.filter((op) => ackMs(op) <= newestSurvivorMs).length;
    const torn = operations.filter((op) => holdings.holds(op) === "torn").map((op) => op.write);
    const measures = {
      lost: {
        count: lost.length,
        ids: lost.map((op) => op.write),
        oldestAckMs: lost[0] ? ackMs(lost[0]) : null,
        tail: lost.length - holes,
        holes,
        torn,
      },
      stranded: otherKnown ? { count: stranded.length, ids: stranded.map((op) => op.write) } : { count: null, ids: [] },
    };
    const allowed = run.config.objectives.lostWrites;
    const what = `${lost.length} of ${acknowledged.length} acknowledged writes are not on ${facts.serving.toUpperCase()}`;
    const evidence = lost.map(
      (op) =>
        `${op.write}: acknowledged by ${op.servedBy || "?"} at ${(ackMs(op) / 1000).toFixed(3)} s, ledger line ${op.line}`,
    );
    if (allowed !== null && lost.length > allowed) {
      return { verdict: "broken", reason: `${what}; the objective allows ${allowed}`, evidence, measures };
    }
    const bound =
      lost.length > 0
        ? allowed === null
          ? "; how old they may be is the RPO's question"
          : `; ${allowed} are allowed`
        : "";
    return { verdict: "holds", reason: `${what}${bound}`, evidence, measures };
  },
};

function ackMs(op: Operation): number {
  return op.completedMs ?? Number.NaN;
}
