/** `list`: scenarios, configurations, and how answers are classified. */
import { wrap } from "../console/wrap.ts";
import { OUTCOMES, PENDING } from "../record/outcome.ts";
import { CONFIGS_FILE, loadConfigs, loadScenarios, SCENARIOS_FILE } from "./catalogue.ts";
import type { ListName } from "./choices.ts";
import { loadSettings } from "./settings.ts";
import { print } from "./standard-streams.ts";

const WIDTH = 80;
const INDENT = " ".repeat(6);

export async function listCommand(what: ListName, json: boolean): Promise<void> {
  const settings = await loadSettings();
  const from = (file: string, own: readonly { name: string }[], name: string, changed: string | null) => {
    if (own.some((item) => item.name === name)) return settings.file;
    return changed === null ? file : `${file}; ${changed} by ${settings.file}`;
  };
  const load = Object.keys(settings.load).length > 0 ? "load" : null;
  const objectivesOf = (name: string) =>
    "every" in settings.objectives || name in settings.objectives ? "objectives" : null;
  const lists = {
    scenarios: (await loadScenarios(settings, 0)).map(({ name, asks }) => ({
      name,
      text: asks,
      from: from(SCENARIOS_FILE, settings.scenarios, name, load),
    })),
    configs: (await loadConfigs(settings)).map(({ name, is }) => ({
      name,
      text: is,
      from: from(CONFIGS_FILE, settings.configs, name, objectivesOf(name)),
    })),
    outcomes: [...OUTCOMES, PENDING].map(({ name, outcome, why }) => {
      const definite = outcome === "info" ? "not definite" : "definite";
      return { name, text: `${outcome}, ${definite}: ${why}` };
    }),
  };
  const shown = Object.entries(lists).filter(([name]) => (what === "all" ? name !== "outcomes" : name === what));
  if (json) {
    print(`${JSON.stringify(Object.fromEntries(shown))}\n`);
    return;
  }
  for (const [name, entries] of shown) {
    print(`${name}\n`);
    for (const entry of entries) {
      const place = "from" in entry ? `(${entry.from})` : "";
      const gap = 2 + entry.name.length + 2 + place.length <= WIDTH ? "  " : `\n${INDENT}`;
      print(`${`  ${entry.name}${gap}${place}`.trimEnd()}\n${wrap(INDENT, INDENT.length, entry.text).join("\n")}\n`);
    }
  }
}
