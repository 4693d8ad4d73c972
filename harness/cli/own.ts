/** Resolves the names of a scenario and of the user's own system to a drill on it, and refuses what must not be done there. */
import fhirdrill from "../../package.json" with { type: "json" };
import { configOf, scenariosOf } from "../../scenarios/own.ts";
import type { Config } from "../model/plan/config.ts";
import { refusedOnOwn } from "../model/plan/own-sense.ts";
import type { OwnSystem } from "../model/plan/own-system.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import { COMMAND } from "../model/program/built.ts";
import { usageFailure } from "../model/program/failure.ts";
import { given } from "../model/program/given.ts";
import { refuseUnsupported } from "../run/supported.ts";
import { HERE } from "../store/here.ts";
import { capabilitiesOfOwn } from "../systems/attached/attach.ts";
import { choose } from "./catalogue.ts";
import { rateArgument } from "./rate.ts";
import type { LoadedSettings } from "./settings.ts";

export interface ChosenOwn {
  name: string;
  own: OwnSystem;
  scenario: Scenario;
  config: Config;
  version: string;
}

export interface OwnNames {
  system: string;
  scenario: string | undefined;
  irreversible?: boolean | undefined;
}

export function ownNamed({ systems, file, isThere }: LoadedSettings, name: string): OwnSystem {
  const own = systems[name];
  if (own !== undefined) return own;
  if (!isThere)
    throw usageFailure(
      `there is no system "${name}"`,
      `there is no ${file} here (${HERE}) to describe it`,
      "change to the folder that has it, or write one: docs/drill-your-own.md",
    );
  const known = Object.keys(systems);
  const all = known.length > 0 ? `it has ${known.join(", ")}` : "it has none";
  throw usageFailure(`there is no system "${name}"`, `in ${file}: ${all}`, "describe it there, under `systems`");
}

export function chosenOwn(settings: LoadedSettings, names: OwnNames): ChosenOwn {
  const { system: name, irreversible = false } = names;
  const own = ownNamed(settings, name);
  const scenarios = [...settings.scenarios, ...scenariosOf(own)];
  if (scenarios.length === 0)
    throw usageFailure(
      `there is nothing to drill on ${name}`,
      "its description has no targets, no hooks and no switchover",
      "describe what may be broken",
    );
  const chosen = choose(
    "scenario",
    scenarios,
    names.scenario,
    "name one of these: each is a target and what is done to it",
  );
  const scenario = { ...chosen, load: { ...chosen.load, ...given(settings.load) } };
  const why = refusedOnOwn(scenario, own, { irreversible });
  if (why !== null)
    throw usageFailure(
      `${scenario.name} must not be drilled on ${name}`,
      why,
      "choose another scenario, or change the system's description",
    );
  refuseUnsupported(scenario, capabilitiesOfOwn(own));
  return { name, own, scenario, config: configOf(name, own), version: fhirdrill.version };
}

/** The command that runs it. */
export function ownCommandOf(
  { name, scenario }: Pick<ChosenOwn, "name" | "scenario">,
  { seed, rate, irreversible = false }: { seed: number; rate: number | undefined; irreversible?: boolean | undefined },
  hash: string,
): string {
  const flags = irreversible ? " --irreversible" : "";
  return `${COMMAND} run ${scenario.name} --system ${name} --seed ${seed}${rateArgument(rate)}${flags} --plan ${hash}`;
}
