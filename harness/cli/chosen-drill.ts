/** Resolves names to one scenario in one configuration, and refuses unsupported combinations. */

import type { Config } from "../model/plan/config.ts";
import { outlasting } from "../model/plan/outlast.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import { nonsense } from "../model/plan/sense.ts";
import { COMMAND } from "../model/program/built.ts";
import { usageFailure } from "../model/program/failure.ts";
import { unsupported } from "../run/supported.ts";
import { capabilitiesOf } from "../systems/lab/labs.ts";
import { choose, chooseScenario, loadConfigs, loadScenarios } from "./catalogue.ts";
import { rateArgument } from "./rate.ts";
import type { LoadedSettings } from "./settings.ts";

export interface ChosenDrill {
  scenario: Scenario;
  config: Config;
  /** The command that runs it. */
  command: string;
}

/** Without a name, the default: the first of the list. */
export async function chosenDrill(
  settings: LoadedSettings,
  names: { scenario: string | undefined; config: string | undefined; rate?: number | undefined },
  seed: number,
): Promise<ChosenDrill> {
  const wanted = await chooseScenario(await loadScenarios(settings, seed), names.scenario);
  const configs = await loadConfigs(settings);
  const config = choose("configuration", configs, names.config);
  const scenario = outlasting(wanted, config);
  refuseCombination(wanted, config, configs);
  return { scenario, config, command: commandOf(scenario, config, seed, names.rate) };
}

/** The command that repeats the drill. */
export function commandOf(
  scenario: Pick<Scenario, "name">,
  config: Pick<Config, "name">,
  seed: number,
  rate: number | null | undefined,
): string {
  return `${COMMAND} run ${scenario.name} --config ${config.name} --seed ${seed}${rateArgument(rate)}`;
}

function refuseCombination(wanted: Scenario, config: Config, configs: readonly Config[]): void {
  const refusedIn = (each: Config) => {
    const scenario = outlasting(wanted, each);
    return nonsense(scenario, each) ?? unsupported(scenario, capabilitiesOf(each));
  };
  const why = refusedIn(config);
  if (why === null) return;
  const others = configs.filter((each) => refusedIn(each) === null).map(({ name }) => name);
  const todo = others.length > 0 ? `choose another configuration: ${others.join(", ")}` : "choose another scenario";
  throw usageFailure(`unsupported combination: ${wanted.name} × ${config.name}`, why, todo);
}
