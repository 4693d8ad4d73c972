/**
 * The scenarios and configurations that can be run. Users edit `scenarios/` and `fhirdrill.config.ts`, so both are read only
 * when needed, and validated.
 */
import { z } from "zod";
import { type Config, ConfigSchema } from "../model/plan/config.ts";
import { type Scenario, ScenarioSchema } from "../model/plan/scenario.ts";
import type { Settings } from "../model/plan/settings.ts";
import { BUILT, COMMAND } from "../model/program/built.ts";
import { usageFailure } from "../model/program/failure.ts";
import { given } from "../model/program/given.ts";
import { invalid, parsed, readBy } from "./parsed.ts";
import { type LoadedSettings, loadSettings } from "./settings.ts";

/** The names shown to users, who cannot edit the package's own files. */
export const SCENARIOS_FILE = BUILT ? "fhirdrill" : "scenarios/index.ts";
export const CONFIGS_FILE = BUILT ? "fhirdrill" : "scenarios/configs.ts";

/** With a seed, also those that are in no matrix: the long ones, and those composed from the seed. */
export async function loadScenarios(settings?: LoadedSettings, seed?: number): Promise<Scenario[]> {
  const read = async () => {
    const { SCENARIOS, LONG, COMPOSED } = await import("../../scenarios/index.ts");
    return seed === undefined ? SCENARIOS : [...SCENARIOS, ...LONG, ...COMPOSED.map((compose) => compose(seed))];
  };
  const shipped = await checked(SCENARIOS_FILE, ScenarioSchema, read);
  const { scenarios, load, file } = settings ?? (await loadSettings());
  const all = joined(shipped, SCENARIOS_FILE, scenarios, [file, "scenarios"]);
  return all.map((scenario) => ({ ...scenario, load: { ...scenario.load, ...given(load) } }));
}

/** The named scenario of the list, also by a former name that no other scenario has; the first without a name. */
export async function chooseScenario(list: readonly Scenario[], name: string | undefined): Promise<Scenario> {
  const { FORMER_NAMES } = await import("../../scenarios/index.ts");
  const isCurrent = list.some((scenario) => scenario.name === name);
  return choose("scenario", list, name === undefined || isCurrent ? name : (FORMER_NAMES[name] ?? name));
}

export async function loadSelfTest(): Promise<Scenario> {
  const read = async () => [(await import("../../scenarios/self-test.ts")).selfTest];
  const [scenario] = await checked("scenarios/self-test.ts", ScenarioSchema, read);
  return scenario as Scenario;
}

export async function loadConfigs(settings?: LoadedSettings): Promise<Config[]> {
  const read = async () => (await import("../../scenarios/configs.ts")).CONFIGS;
  const shipped = await checked(CONFIGS_FILE, ConfigSchema, read);
  const { configs, objectives, file } = settings ?? (await loadSettings());
  return withObjectives(joined(shipped, CONFIGS_FILE, configs, [file, "configs"]), objectives, file);
}

/** The named item, or the first of the list without a name. `todo`: for items that `list` does not show. */
export function choose<T extends { name: string }>(
  kind: string,
  list: readonly T[],
  name: string | undefined,
  todo = `see \`${COMMAND} list\``,
): T {
  const found = name === undefined ? list[0] : list.find((item) => item.name === name);
  if (found) return found;
  const known = list.map((item) => item.name).join(", ");
  throw usageFailure(`there is no ${kind} "${name ?? ""}"`, `available: ${known}`, todo);
}

export async function checked<T extends { name: string }>(
  file: string,
  schema: z.ZodType<T>,
  read: () => Promise<readonly unknown[]>,
): Promise<T[]> {
  const items = parsed(file, z.array(schema), await readBy(file, read));
  const twice = items.findIndex(({ name }, index) => items.findIndex((other) => other.name === name) < index);
  if (twice >= 0) throw invalid(file, [twice, "name"], items[twice]?.name, "this name is used twice");
  return items;
}

/** The shipped ones come first, so that the default stays the same. */
function joined<T extends { name: string }>(
  shipped: readonly T[],
  shippedIn: string,
  own: readonly T[],
  [file, key]: readonly [string, string],
): T[] {
  for (const [index, { name }] of own.entries()) {
    const taken = shipped.some((other) => other.name === name) ? shippedIn : null;
    const twice = own.findIndex((other) => other.name === name);
    const by = taken ?? (twice < index ? `${key}.${twice}` : null);
    if (by !== null) throw invalid(file, [key, index, "name"], name, `${by} already has this name`);
  }
  return [...shipped, ...own];
}

function withObjectives(configs: readonly Config[], objectives: Settings["objectives"], file: string): Config[] {
  const { every = {}, ...named } = objectives;
  for (const name of Object.keys(named))
    if (!configs.some((config) => config.name === name)) {
      const known = configs.map((config) => config.name).join(", ");
      throw invalid(file, ["objectives", name], named[name], `no configuration has this name; available: ${known}`);
    }
  return configs.map((config) => ({
    ...config,
    objectives: { ...config.objectives, ...given(every), ...given(named[config.name] ?? {}) },
  }));
}
