/** The load script and its imports, as a ConfigMap: neither k6's image nor the nodes have our files. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ENDING } from "../../model/program/built.ts";

const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));
const SCRIPT = `scenarios/load/writes.k6${ENDING}`;

/** Where the scripts are in a pod, with the same relative paths as here. */
export const SCRIPTS_AT = "/fhirdrill";
export const SCRIPT_IN_POD = `${SCRIPTS_AT}/${SCRIPT}`;

/**
 * The entry for k6-operator, which can only start a key of a ConfigMap, outside any folder. It must re-export every
 * function that k6 needs.
 */
export const ENTRY = "writes.js";
const ENTRY_TEXT = `export { default, handleSummary, look, options, setup, teardown } from "${SCRIPT_IN_POD}";\n`;

export interface Scripts {
  /** File texts by key. Keys cannot contain folders. */
  data: Record<string, string>;
  /** Maps keys to files. */
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
