/**
 * Acknowledged when fenced: a site acknowledged a write after the operator had made it read-only, and the site that
 * serves at the end does not hold the write. A fence that lets a running transaction commit is no fence: the other site
 * takes over without it. A late acknowledgement of a write that had been replicated by then is merely late.
 *
 * A fence counts from the end of the step that set it, to within the error of k6's clock, until the site is promoted
 * again. A fence that could not be set, or was lifted because a switchover failed, does not count.
 *
 * Unit: writes.
 * Broken: there is one.
 * Inconclusive: what the serving site holds is not known; or k6's clock cannot be compared with the drill's.
 * No objective: no site was fenced.
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
    if (fences.length === 0) return { verdict: "no-objective", reason: "no site was fenced" };
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    // `needsTimes`: without a clock this is not run.
    const { errorMs } = run.clock as ClockMap;
    const spans = fences.map((fence) => ({
      site: fence.side,
      fromMs: fence.atMs + errorMs,
      toMs: endOf(fence, steps),
    }));
    let late = 0;
    const evidence: string[] = [];
    for (let i = 0; i < history.length; i += 1) {
      const ackMs = history.completedMs[i] as number;
      const by = history.servedByAt(i);
      const span = spans.find(({ site, fromMs, toMs }) => site === by && ackMs > fromMs && ackMs < toMs);
      if (history.outcome[i] !== OK || span === undefined) continue;
      late += 1;
      if (facts.holdings.serving.fates[i] === WHOLE) continue;
      const { write, ...rest } = history.at(i);
      const afterSeconds = ((ackMs - span.fromMs) / 1000).toFixed(3);
      evidence.push(`${write}: acknowledged by ${by} ${afterSeconds} s after it was fenced, ${placeInLedger(rest)}`);
    }
    if (evidence.length > 0) {
      const reason = `${evidence.length} lost writes were acknowledged by a site after it had been fenced`;
      return { verdict: "broken", reason, evidence };
    }
    const reason = `no write acknowledged by a fenced site is lost: ${late} acknowledgements came after the fence`;
    return { verdict: "holds", reason };
  },
};

function isFence({ step, detail }: OperatorEvent): boolean {
  return step === "fenced" && !detail.answer?.startsWith("unreachable");
}

/** A switchover that fails before it promotes a site lifts the fence of the old primary. */
function isTakenBack(fence: OperatorEvent, steps: readonly OperatorEvent[]): boolean {
  if (fence.plan !== "switchover") return false;
  const next = steps.find(
    ({ plan, step, atMs }) =>
      plan === fence.plan && atMs >= fence.atMs && ["promoted", "failed", "done"].includes(step),
  );
  return next?.step === "failed";
}

/** The beginning of the step that promotes the fenced site itself. */
function endOf(fence: OperatorEvent, steps: readonly OperatorEvent[]): number {
  const began = steps
    .filter(({ step, side }) => step === "promoted" && side === fence.side)
    .map(({ atMs, tookMs }) => atMs - tookMs);
  return began.find((ms) => ms >= fence.atMs) ?? Number.POSITIVE_INFINITY;
}
