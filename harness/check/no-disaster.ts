/** Findings of checkers whose clocks start with the disaster, in a run without a planned one. */
import type { RunRecord } from "../model/record/record.ts";
import type { Finding } from "./checker.ts";
import type { Facts } from "./facts.ts";
import { describeFailing, describeLater, isLonger, isOver, secondsOf, wordOfLater } from "./later-outages.ts";
import { recoveryOf } from "./recovery.ts";
import { failingAfter } from "./still-failing.ts";

export const NO_DISASTER: Finding = { verdict: "no-objective", reason: "no disaster was planned" };

/** RTO's finding: outages are judged all the same. The clock starts with whatever the schedule begins with. */
export function outagesWithoutDisaster(record: RunRecord, facts: Facts): Finding {
  const { baseline, loadEndMs } = facts;
  if (baseline === null || baseline.ratePerSecond === 0) return NO_DISASTER;
  const objective = record.run.config.objectives.rtoSeconds;
  const first = { beganMs: baseline.toMs, injectedMs: baseline.toMs };
  const recovery = recoveryOf(record, facts, first, baseline);
  const { fromMs, backMs, wasAway, earlier, before, open } = recovery;
  // Service that never was away has nothing to come back from.
  const own = wasAway ? [{ fromMs, toMs: backMs ?? loadEndMs }] : [];
  const failing = failingAfter(recovery, record.history, baseline);
  const isBack = backMs !== null || !wasAway;
  const findings = [
    ...[...before, ...earlier].map((span) => `an outage in the baseline took ${secondsOf(span)} s`),
    ...own.map((span) =>
      isBack
        ? `writes resumed for good ${secondsOf(span)} s after the first act`
        : `writes had not resumed for good ${secondsOf(span)} s after the first act, when the load ended`,
    ),
    ...describeLater(recovery.later, open, "an"),
    ...describeFailing(failing, fromMs),
  ];
  if (findings.length === 0) return NO_DISASTER;
  const reason = `${NO_DISASTER.reason}; ${findings.join("; ")}; the objective is ${objective} s`;
  const isLong = [...before, ...earlier, ...own].some((span) => isLonger(span, objective));
  const word = isLong ? "broken" : wordOfLater({ ...recovery, open: open || !isBack }, failing, objective);
  const isLate = word === "broken" && isBack && isOver(recovery, failing);
  return { verdict: word === "holds" ? "no-objective" : word, reason, isLate };
}
