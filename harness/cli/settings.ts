/**
 * Loads `fhirdrill.config.ts`, or the same name with another of Node's extensions, from the current folder or else from the
 * checkout. Without such a file, the defaults apply.
 */
import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { withSteps } from "../model/plan/own-steps.ts";
import { type Settings, SettingsSchema } from "../model/plan/settings.ts";
import { usageFailure } from "../model/program/failure.ts";
import { given } from "../model/program/given.ts";
import { CHECKOUT, HERE } from "../store/here.ts";
import { withOwnResources } from "./own-resources.ts";
import { parsed, readBy } from "./parsed.ts";

const ENDINGS = ["ts", "mts", "cts", "js", "mjs", "cjs"];
/** Formats in which other tools read settings, so users may try them here. */
const NOT_READ = ["json", "jsonc", "json5", "yaml", "yml", "toml"];
const nameWith = (ending: string) => `fhirdrill.config.${ending}`;
const NAMES = ENDINGS.map(nameWith);

export interface LoadedSettings extends Settings {
  /** The file's name; if there is no file, the default name. */
  file: string;
  isThere: boolean;
}

export async function loadSettings(folders: readonly string[] = [HERE, CHECKOUT]): Promise<LoadedSettings> {
  const path = folders.map(settingsIn).find((found) => found !== null);
  if (path === undefined) return { ...SettingsSchema.parse({}), file: NAMES[0] as string, isThere: false };
  const file = basename(path);
  const read = await readBy(file, async () => {
    const module: { default?: unknown } = await import(pathToFileURL(path).href).catch(explained);
    if (module.default === undefined) throw new Error("it has no default export: export default defineConfig({ … })");
    return module.default;
  });
  const { systems, ...settings } = parsed(file, SettingsSchema, withOwnResources(read, dirname(path)));
  return { ...settings, systems: foundFrom(dirname(path), systems), file, isThere: true };
}

/** In a clone, the package `fhirdrill` does not exist or was never built. */
function explained(error: unknown): never {
  if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")
    if (/package 'fhirdrill'|fhirdrill\/dist|dist\/harness\/config/.test(error.message))
      throw new Error(`only the package can be imported as "fhirdrill"; in a clone it is ${CHECKOUT}harness/config.ts`);
  throw error;
}

/** Resolves files and programs in the descriptions like `load.resources.file`: from the folder of the settings. */
function foundFrom(folder: string, systems: Settings["systems"]): Settings["systems"] {
  const from = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path));
  return Object.fromEntries(
    Object.entries(systems).map(([name, { fhir, kubernetes, ...system }]) => [
      name,
      withSteps(
        {
          ...system,
          fhir: { ...fhir, ...given({ ca: from(fhir.ca) }) },
          kubernetes: kubernetes && { ...kubernetes, ...given({ kubeconfig: from(kubernetes.kubeconfig) }) },
        },
        (step) => ({ ...step, folder: resolve(folder, step.folder ?? ".") }),
      ),
    ]),
  );
}

/** Refuses files that would be ignored: their author would believe that the settings were in effect. */
function settingsIn(folder: string): string | null {
  const names = namesIn(folder);
  const notRead = NOT_READ.map(nameWith).find((name) => names.includes(name));
  if (notRead !== undefined)
    throw usageFailure(`${notRead} cannot be read`, "settings are a Node module", `write ${NAMES[0]}, or remove it`);
  const [found, other] = NAMES.filter((name) => names.includes(name));
  if (other !== undefined)
    throw usageFailure(`there are both ${found} and ${other}`, "only one can be used", "remove one of them");
  return found === undefined ? null : join(folder, found);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
