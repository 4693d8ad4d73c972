/**
 * Acknowledged when fenced: a side that the operator had made read-only acknowledged a write, and the side that serves at
 * the end does not hold it. A fence that lets a transaction end that was under way is none: the other side takes over
 * without it. An acknowledgement that came late for a write that had been copied by then is no more than late.
 *
 * From the end of the step that fenced the side, to within the error of k6's clock, until the side is promoted again; a
 * fence that could not be put up, or was taken back because a change of sides failed, is none.
 *
 * Unit: writes.
 * Broken: there is one.
 * Inconclusive: what the serving side holds is not known; or k6's clock cannot be set beside the drill's.
 * No objective: nobody was fenced.
 */

import { OK } from "../model/columns/history.ts";
import { placeInLedger } from "../model/load/runners.ts";
import type { ClockMap } from "../model/record/clock.ts";
import type { OperatorEvent } from "../model/record/event.ts";
import type { Checker } from "./checker.ts";
import { WHOLE } from "./survivors.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const acknowledgedWhenFenced: Checker = {
  name: "acknowledged-when-fenced",
  needs: [...HOLDINGS_NEED, "replication"],
  needsTimes: true,
  check: ({ history, events, run }, facts) => {
    const steps = events.filter((event) => event.type === "operator");
    const fences = steps.filter(isFence).filter((fence) => !isTakenBack(fence, steps));
    if (fences.length === 0) return { verdict: "no-objective", reason: "nobody was fenced" };
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    // Without a clock it is not asked.
    const { errorMs } = run.clock as ClockMap;
    const spans = fences.map((fence) => ({
      side: fence.side,
      fromMs: fence.atMs + errorMs,
      toMs: endOf(fence, steps),
    }));
    let late = 0;
    const evidence: string[] = [];
    for (let i = 0; i < history.length; i += 1) {
      const ackMs = history.completedMs[i] as number;
      const by = history.servedByAt(i);
      const span = spans.find(({ side, fromMs, toMs }) => side === by && ackMs > fromMs && ackMs < toMs);
      if (history.outcome[i] !== OK || span === undefined) continue;
      late += 1;
      if (facts.holdings.serving.fates[i] === WHOLE) continue;
      const { write, ...rest } = history.at(i);
      const afterSeconds = ((ackMs - span.fromMs) / 1000).toFixed(3);
      evidence.push(`${write}: acknowledged by ${by} ${afterSeconds} s after it was fenced, ${placeInLedger(rest)}`);
    }
    if (evidence.length > 0) {
      const reason = `${evidence.length} writes are lost that a side acknowledged after it had been fenced`;
      return { verdict: "broken", reason, evidence };
    }
    const reason = `nothing is lost that a fenced side acknowledged: ${late} answers came after the fence`;
    return { verdict: "holds", reason };
  },
};

function isFence({ step, detail }: OperatorEvent): boolean {
  return step === "fenced" && !detail.answer?.startsWith("unreachable");
}

/** A change of sides that failed before it had promoted anybody lets the old side go on. */
function isTakenBack(fence: OperatorEvent, steps: readonly OperatorEvent[]): boolean {
  if (fence.plan !== "switchover") return false;
  const next = steps.find(
    ({ plan, step, atMs }) =>
      plan === fence.plan && atMs >= fence.atMs && ["promoted", "failed", "done"].includes(step),
  );
  return next?.step === "failed";
}

/** Until it is promoted itself, from the beginning of that step on. */
function endOf(fence: OperatorEvent, steps: readonly OperatorEvent[]): number {
  const began = steps
    .filter(({ step, side }) => step === "promoted" && side === fence.side)
    .map(({ atMs, tookMs }) => atMs - tookMs);
  return began.find((ms) => ms >= fence.atMs) ?? Number.POSITIVE_INFINITY;
}
