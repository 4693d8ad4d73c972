/** The load's script and all that it imports, as a ConfigMap: k6's image has nothing of it, and no node has our folders. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ENDING } from "../../model/program/built.ts";

const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));
const SCRIPT = `scenarios/load/writes.k6${ENDING}`;

/** Where they are in a pod: by the same relative paths as here. */
export const SCRIPTS_AT = "/fhirdrill";
export const SCRIPT_IN_POD = `${SCRIPTS_AT}/${SCRIPT}`;

/**
 * For who can start nothing but a key of a ConfigMap, which is in no folder. k6 takes nothing over by itself: a function
 * that is not named here is not there.
 */
export const ENTRY = "writes.js";
const ENTRY_TEXT = `export { default, handleSummary, look, options, setup, teardown } from "${SCRIPT_IN_POD}";\n`;

export interface Scripts {
  /** By keys, which have no folders. */
  data: Record<string, string>;
  /** Which key is which file. */
  items: { key: string; path: string }[];
}

export function scripts(): Scripts {
  const files = reachedFrom(SCRIPT).map((path) => ({ key: path.replaceAll("/", "__"), path }));
  const data = files.map(({ key, path }) => [key, textOf(path)]);
  return { data: { ...Object.fromEntries(data), [ENTRY]: ENTRY_TEXT }, items: files };
}

function reachedFrom(script: string): string[] {
  const reached = new Set([script]);
  for (const path of reached)
    for (const [, name = ""] of textOf(path).matchAll(/^(?:import|export)\s[^"';]*from\s"(\.[^"]+)"/gm))
      reached.add(join(dirname(path), name));
  return [...reached];
}

function textOf(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}
