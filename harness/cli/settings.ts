/** `fhirdrill.config.ts` of the folder the command is run from; without one, nothing is set. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Settings, SettingsSchema } from "../model/settings.ts";
import { parsed, readBy } from "./parsed.ts";

export const SETTINGS_FILE = "fhirdrill.config.ts";

export async function loadSettings(folder = process.cwd()): Promise<Settings> {
  const path = join(folder, SETTINGS_FILE);
  if (!existsSync(path)) return SettingsSchema.parse({});
  const read = await readBy(SETTINGS_FILE, async () => {
    const module: { default?: unknown } = await import(pathToFileURL(path).href);
    if (module.default === undefined) throw new Error("it has no default export: export default defineConfig({ … })");
    return module.default;
  });
  return parsed(SETTINGS_FILE, SettingsSchema, read);
}
