/**
 * Told detections: a side is given up after as many failed probes in a row as the configuration says; the samples of its
 * health show them, and where people decide, they take their time.
 */
import { failsOverByItself } from "../model/plan/config.ts";
import type { OperatorEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";

/** What a step took is worked out from two stamps. */
const TOLERANCE_MS = 1;

/** What is wrong with them, a sentence each. */
export function wrongDetections({ events, probes, run }: RunRecord): string[] {
  // An observer probes nothing: that a primary is gone it has from the system.
  if (failsOverByItself(run.config)) return [];
  const { failedProbes, decisionSeconds } = run.config.operator;
  const health = probes.filter((probe) => probe.type === "health");
  return events.flatMap((event) => {
    if (event.type !== "operator") return [];
    if (event.step === "decided" && event.tookMs < decisionSeconds * 1000 - TOLERANCE_MS)
      return [`the decision ${at(event)} took ${(event.tookMs / 1000).toFixed(3)} s, and not ${decisionSeconds} s`];
    if (event.step !== "detected") return [];
    const told = event.detail.failures;
    if (told !== undefined && told.length !== failedProbes)
      return [`${name(event)} was given up ${at(event)} after ${told.length} failed probes, and not ${failedProbes}`];
    const last = health
      .filter(({ side, doneMs }) => side === event.side && doneMs <= event.atMs + TOLERANCE_MS)
      .slice(-failedProbes);
    return last.length === failedProbes && !last.some(({ ok }) => ok)
      ? []
      : [`${name(event)} was given up ${at(event)}, and its last ${failedProbes} probes had not all failed`];
  });
}

function name({ side }: OperatorEvent): string {
  return side.toUpperCase();
}

function at({ atMs }: OperatorEvent): string {
  return `at ${(atMs / 1000).toFixed(3)} s`;
}
