/**
 * For `fhirdrill.config.ts`, which stands where the command is run from, by default in the clone:
 *
 *     import { defineConfig } from "./harness/config.ts";
 *
 *     export default defineConfig({ objectives: { sync: { rtoSeconds: 30 } } });
 */
import type { SettingsInput } from "./model/settings.ts";

export type { ConfigInput } from "./model/config.ts";
export type { ScenarioInput } from "./model/scenario.ts";

export function defineConfig(settings: SettingsInput): SettingsInput {
  return settings;
}
