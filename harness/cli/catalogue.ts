/**
 * What can be run: `scenarios/` is people's to edit, so it is read only when it is needed, checked, and a mistake in it
 * is told by file, place and value.
 */
import { z } from "zod";
import { type Config, ConfigSchema } from "../model/config.ts";
import { reasonOf, usageFailure } from "../model/failure.ts";
import { type Scenario, ScenarioSchema } from "../model/scenario.ts";

export async function loadScenarios(): Promise<Scenario[]> {
  const read = async () => (await import("../../scenarios/index.ts")).SCENARIOS;
  return checked("scenarios/index.ts", ScenarioSchema, read);
}

export async function loadSelfTest(): Promise<Scenario> {
  const read = async () => [(await import("../../scenarios/self-test.ts")).selfTest];
  const [scenario] = await checked("scenarios/self-test.ts", ScenarioSchema, read);
  return scenario as Scenario;
}

export async function loadConfigs(): Promise<Config[]> {
  const read = async () => (await import("../../scenarios/configs.ts")).CONFIGS;
  return checked("scenarios/configs.ts", ConfigSchema, read);
}

/** Without a name the first of the list is meant. */
export function choose<T extends { name: string }>(kind: string, list: readonly T[], name: string | undefined): T {
  const found = name === undefined ? list[0] : list.find((item) => item.name === name);
  if (found) return found;
  const known = list.map((item) => item.name).join(", ");
  throw usageFailure(`there is no ${kind} "${name ?? ""}"`, `known are ${known}`, "see `npm run chaos -- list`");
}

export async function checked<T extends { name: string }>(
  file: string,
  schema: z.ZodType<T>,
  read: () => Promise<readonly unknown[]>,
): Promise<T[]> {
  let items: readonly unknown[];
  try {
    items = await read();
  } catch (error) {
    throw usageFailure(`${file} cannot be read`, reasonOf(error), "mend the file; git diff shows what was changed");
  }
  const result = z.array(schema).safeParse(items);
  if (!result.success) {
    const issue = result.error.issues[0];
    const value = issue?.path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
      items,
    );
    const where = issue?.path.join(".") ?? "";
    throw usageFailure(
      `${file} is not valid`,
      `${where} is ${JSON.stringify(value)}: ${issue?.message}`,
      "mend the value",
    );
  }
  const twice = result.data.find((item, index) => result.data.findIndex((other) => other.name === item.name) < index);
  if (twice) throw usageFailure(`${file} is not valid`, `the name "${twice.name}" stands there twice`, "rename one");
  return result.data;
}
