/**
 * Recorded detections: a site is given up after as many failed probes in a row as the configuration says; its
 * health samples show them; and if people decide, the decision takes as long as configured.
 */
import { failsOverByItself } from "../model/plan/config.ts";
import type { OperatorEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { TOLERANCE_MS } from "./told-plans.ts";

/** What is wrong with them, one sentence each. */
export function wrongDetections({ events, probes, run }: RunRecord): string[] {
  // An observer does not probe: the system tells it that a primary is lost.
  if (failsOverByItself(run.config)) return [];
  const { failedProbes, decisionSeconds } = run.config.operator;
  const health = probes.filter((probe) => probe.type === "health");
  return events.flatMap((event) => {
    if (event.type !== "operator") return [];
    if (event.step === "decided" && event.tookMs < decisionSeconds * 1000 - TOLERANCE_MS)
      return [`the decision ${at(event)} took ${(event.tookMs / 1000).toFixed(3)} s, not ${decisionSeconds} s`];
    if (event.step !== "detected") return [];
    const { failures } = event.detail;
    if (failures !== undefined && failures.length !== failedProbes)
      return [`${name(event)} was given up ${at(event)} after ${failures.length} failed probes, not ${failedProbes}`];
    const last = health
      .filter(({ side, doneMs }) => side === event.side && doneMs <= event.atMs + TOLERANCE_MS)
      .slice(-failedProbes);
    return last.length === failedProbes && !last.some(({ ok }) => ok)
      ? []
      : [`${name(event)} was given up ${at(event)}, but its last ${failedProbes} probes had not all failed`];
  });
}

function name({ side }: OperatorEvent): string {
  return side.toUpperCase();
}

function at({ atMs }: OperatorEvent): string {
  return `at ${(atMs / 1000).toFixed(3)} s`;
}
