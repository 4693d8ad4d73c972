/**
 * The setup of a run: every choice of the user that its figures depend on, without names and descriptions. Everything that
 * groups or distinguishes runs uses this one definition.
 */
import type { Config, Objectives } from "../../model/plan/config.ts";
import type { Scenario } from "../../model/plan/scenario.ts";
import type { Run } from "../../model/record/run.ts";

export interface Setup {
  scenario: Omit<Scenario, "name" | "asks" | "goodAnswer">;
  settings: Omit<Config, "name" | "is" | "objectives">;
  /** They change no figure, but the verdict. */
  objectives: Objectives;
}

export function setupOf(run: Pick<Run, "scenario" | "config">): Setup {
  const { name: _, asks: _asks, goodAnswer: _good, ...scenario } = run.scenario;
  const { name: _name, is: _is, objectives, ...settings } = run.config;
  return { scenario, settings, objectives };
}
