/**
 * For `fhirdrill.config.ts`, which stands where the command is run from, by default in the clone. Of the package, this is
 * what `"fhirdrill"` exports.
 *
 *     import { defineConfig } from "./harness/config.ts";
 *
 *     export default defineConfig({ objectives: { sync: { rtoSeconds: 30 } } });
 */
import type { SettingsInput } from "./model/plan/settings.ts";

export type { ConfigInput } from "./model/plan/config.ts";
export type { ScenarioInput } from "./model/plan/scenario.ts";

export function defineConfig(settings: SettingsInput): SettingsInput {
  return settings;
}
