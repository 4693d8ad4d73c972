/** The options of the load script, whoever starts it. */
import type { LoadOptions } from "../model/load/ledger.ts";
import { startSignal } from "../model/load/start-signal.ts";
import { hasShape, loadTimes, stagesOf } from "../model/plan/scenario.ts";
import type { LoadTask } from "./generator.ts";

/** Longer than registers and warm-up may take, which have time limits of their own. */
export const PATIENCE_SECONDS = 600;
/**
 * How long a token must last before the load. Registers and warm-up may take longer, but tokens usually last five
 * minutes, so more cannot be demanded. A token that expires during the load shows in the answers.
 */
const BEFORE_LOAD_SECONDS = 60;

/** How long the requests' credentials have to be valid. */
export function validForMs({ scenario }: Pick<LoadTask, "scenario">): number {
  return (BEFORE_LOAD_SECONDS + loadTimes(scenario).end) * 1000;
}

/** The options that depend on where the runner is placed. */
type Standing = Pick<LoadOptions, "runner" | "runners" | "baseUrl" | "headers" | "resources" | "summary">;

export function loadOptions({ scenario, dialect, ...task }: LoadTask, standing: Standing): LoadOptions {
  const { load } = scenario;
  const { resources, ...rest } = standing;
  return {
    ...rest,
    seed: task.seed,
    tags: task.tags,
    mix: load.mix,
    ...(load.bodies || load.bundleEntries ? { form: { bodies: load.bodies, bundleEntries: load.bundleEntries } } : {}),
    versions: dialect.versions,
    ratePerSecond: load.ratePerSecond,
    ...(hasShape(load) ? { stages: stagesOf(scenario) } : {}),
    ...(load.resources ? { resources } : {}),
    ...(load.reads ? { reads: load.reads } : {}),
    durationSeconds: loadTimes(scenario).end,
    timeoutSeconds: load.timeoutSeconds,
    retry: task.retry,
    signal: startSignal(task.seed, dialect).look,
    patienceSeconds: PATIENCE_SECONDS,
  };
}
