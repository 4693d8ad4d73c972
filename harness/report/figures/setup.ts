/**
 * How a run was done: all that its figures depend on and that whoever drills has chosen, and not how it is called or
 * described. Who puts runs together, or tells them apart, asks here, so that all of them mean the same.
 */
import type { Config, Objectives } from "../../model/plan/config.ts";
import type { Scenario } from "../../model/plan/scenario.ts";
import type { Run } from "../../model/record/run.ts";

export interface Setup {
  scenario: Omit<Scenario, "name" | "asks" | "goodAnswer">;
  settings: Omit<Config, "name" | "is" | "objectives">;
  /** They move no figure, but decide its word. */
  objectives: Objectives;
}

export function setupOf(run: Pick<Run, "scenario" | "config">): Setup {
  const { name: _, asks: _asks, goodAnswer: _good, ...scenario } = run.scenario;
  const { name: _name, is: _is, objectives, ...settings } = run.config;
  return { scenario, settings, objectives };
}
