/**
 * Switchover: the operator's work on a planned switchover, from the beginning of its first step to the end of its
 * last, in seconds. Gap: the longest time from one acknowledged write to the next that lies at least partly in it, in
 * seconds; unknown if none came after it. Lost in it: writes acknowledged in it, or up to a second before or after,
 * that the serving site does not hold at the end.
 *
 * A planned switchover, with both sites up, has no excuse: the objective is to lose nothing.
 *
 * Unit: seconds, and writes.
 * Broken: a write was lost in it.
 * Inconclusive: a switchover was not carried out, or no write was acknowledged after it; or what the serving site
 * holds is not known.
 * No objective: no switchover was planned.
 */
import type { SiteName } from "../model/plan/site.ts";
import type { DrillEvent, OperatorEvent } from "../model/record/event.ts";
import type { Measures } from "../model/verdict/verdict.ts";
import type { Checker } from "./checker.ts";
import { countBelow, type Facts } from "./facts.ts";
import { lostOf } from "./lost-writes.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

const AROUND_MS = 1000;

export interface Span {
  to: SiteName;
  fromMs: number;
  toMs: number;
}

export const switchover: Checker = {
  name: "switchover",
  needs: HOLDINGS_NEED,
  needsTimes: true,
  check: ({ events, history, run }, facts) => {
    const planned = run.scenario.orders.filter(({ kind }) => kind === "switchover").length;
    if (planned === 0) return { verdict: "no-objective", reason: "no switchover was planned" };
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const lost = lostOf(history, facts);
    const evidence: string[] = [];
    const switchovers = switchoversIn(events).map(({ to, fromMs, toMs }): Measures["switchovers"][number] => {
      const lostIn = lost.filter((i) => {
        const ackMs = history.completedMs[i] as number;
        return ackMs >= fromMs - AROUND_MS && ackMs <= toMs + AROUND_MS;
      });
      for (const i of lostIn)
        evidence.push(`${history.idAt(i)}: acknowledged at ${history.completedMs[i]} ms, and lost`);
      const gapMs = longestGapMs(facts, fromMs, toMs);
      const gapSeconds = gapMs === null ? null : gapMs / 1000;
      return { to, seconds: (toMs - fromMs) / 1000, gapSeconds, lost: lostIn.length };
    });
    const measures = { switchovers };
    if (evidence.length > 0) {
      const reason = `${evidence.length} acknowledged writes were lost in a planned switchover`;
      return { verdict: "broken", reason, evidence, measures };
    }
    const described = switchovers.map(
      ({ to, seconds, gapSeconds }) =>
        `to ${to.toUpperCase()} in ${seconds?.toFixed(1)} s, ${
          gapSeconds === null ? "and no write after it" : `${gapSeconds.toFixed(1)} s of them without a write`
        }`,
    );
    if (switchovers.some(({ gapSeconds }) => gapSeconds === null)) {
      const reason = "no write was acknowledged after the switchover, so its cost is not known";
      return { verdict: "inconclusive", reason, evidence: described, measures };
    }
    if (switchovers.length < planned) {
      const reason = `${switchovers.length} of ${planned} planned switchovers were carried out`;
      return { verdict: "inconclusive", reason, evidence: described, measures };
    }
    return { verdict: "holds", reason: `nothing was lost ${described.join("; ")}`, measures };
  },
};

/** The switchovers that were carried out to their end. */
export function switchoversIn(events: readonly DrillEvent[]): Span[] {
  const steps = events.filter((event) => event.type === "operator" && event.plan === "switchover") as OperatorEvent[];
  const spans: Span[] = [];
  let fromMs: number | null = null;
  for (const { step, side, atMs, tookMs } of steps) {
    fromMs ??= atMs - tookMs;
    if (step === "done") spans.push({ to: side, fromMs, toMs: atMs });
    if (step === "done" || step === "failed" || step === "refused") fromMs = null;
  }
  return spans;
}

function longestGapMs({ acksMs }: Facts, fromMs: number, toMs: number): number | null {
  let longestMs = 0;
  for (let k = Math.max(0, countBelow(acksMs, fromMs) - 1); k + 1 < acksMs.length; k += 1) {
    longestMs = Math.max(longestMs, (acksMs[k + 1] as number) - (acksMs[k] as number));
    if ((acksMs[k + 1] as number) > toMs) return longestMs;
  }
  return null;
}
