/** Checks, before anything is broken, that the programs of a description can be started. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { withSteps } from "../../model/plan/own-steps.ts";
import type { OwnSystem, Step } from "../../model/plan/own-system.ts";

/** One line for each that cannot: its key in the description, and why. `path`: the search path for bare program names. */
export function notStartable(own: OwnSystem, path = process.env.PATH ?? ""): string[] {
  const lines: string[] = [];
  withSteps(own, (step, key) => {
    const why = whyNot(step, path);
    if (why !== null) lines.push(`${key}: ${why}`);
    return step;
  });
  return lines;
}

function whyNot({ argv: [program], folder = "." }: Step, path: string): string | null {
  if (!isFolder(folder)) return `there is no folder ${folder}`;
  const places = program.includes("/")
    ? [resolve(folder, program)]
    : path.split(delimiter).map((at) => join(at, program));
  if (places.some(isProgram)) return null;
  if (!program.includes("/")) return `there is no ${program} on the path`;
  return existsSync(places[0] ?? "") ? `${places[0]} is not executable (chmod +x)` : `there is no ${places[0]}`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
