/** The user's own resources in the settings: a list, an NDJSON file, or a function that makes one at a time. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { reasonOf, usageFailure } from "../model/program/failure.ts";

/** How many resources a function makes. */
const MADE = 100;

type Load = { resources?: unknown };

/** The settings with each load's resources as a list. `folder`: of the settings file. */
export function withOwnResources(settings: unknown, folder: string): unknown {
  if (typeof settings !== "object" || settings === null) return settings;
  const { load, scenarios, ...others } = settings as { load?: Load; scenarios?: unknown };
  return {
    ...others,
    ...(load === undefined ? {} : { load: listed(load, folder) }),
    ...(scenarios === undefined ? {} : { scenarios: Array.isArray(scenarios) ? scenarios.map(ofScenario) : scenarios }),
  };

  function ofScenario(scenario: unknown): unknown {
    if (typeof scenario !== "object" || scenario === null || !("load" in scenario)) return scenario;
    return { ...scenario, load: listed(scenario.load as Load, folder) };
  }
}

function listed(load: unknown, folder: string): unknown {
  if (typeof load !== "object" || load === null) return load;
  const { resources } = load as Load;
  if (typeof resources === "function") return { ...load, resources: made(resources as (n: number) => unknown) };
  if (typeof resources !== "object" || resources === null || !("file" in resources)) return load;
  return { ...load, resources: linesOf(resolve(folder, String(resources.file))) };
}

/** Reduced to JSON: anything else that a function returns would not be recorded. */
function made(make: (n: number) => unknown): unknown[] {
  return Array.from({ length: MADE }, (_, n) => {
    try {
      return JSON.parse(JSON.stringify(make(n)) ?? "null");
    } catch (error) {
      throw usageFailure(`load.resources failed to make resource number ${n}`, reasonOf(error), "correct the function");
    }
  });
}

function linesOf(path: string): unknown[] {
  const lines = textOf(path).split("\n");
  return lines.flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line)];
    } catch (error) {
      throw usageFailure(`line ${i + 1} of ${path} is not JSON`, reasonOf(error), "correct the file");
    }
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw usageFailure(`${path} cannot be read`, reasonOf(error), "correct load.resources.file");
  }
}
