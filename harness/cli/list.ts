/** `list`: what can be drilled, and what an answer means. */
import { OUTCOMES, PENDING } from "../history/outcome.ts";
import { loadConfigs, loadScenarios } from "./catalogue.ts";

export const LISTS = ["all", "scenarios", "configs", "outcomes"] as const;
export type ListName = (typeof LISTS)[number];

export async function listCommand(what: ListName, json: boolean): Promise<void> {
  const lists = {
    scenarios: (await loadScenarios()).map(({ name, asks }) => ({ name, text: asks })),
    configs: (await loadConfigs()).map(({ name, is }) => ({ name, text: is })),
    outcomes: [...OUTCOMES, PENDING].map(({ name, outcome, why }) => {
      const definite = outcome === "info" ? "not definite" : "definite";
      return { name, text: `${outcome}, ${definite}: ${why}` };
    }),
  };
  const shown = Object.entries(lists).filter(([name]) => (what === "all" ? name !== "outcomes" : name === what));
  if (json) {
    process.stdout.write(`${JSON.stringify(Object.fromEntries(shown))}\n`);
    return;
  }
  for (const [name, entries] of shown) {
    process.stdout.write(`${name}\n`);
    for (const entry of entries) process.stdout.write(`  ${entry.name}\n${indented(entry.text)}\n`);
  }
}

function indented(text: string): string {
  return (text.match(/.{1,72}(?: |$)/g) ?? []).map((line) => `      ${line.trim()}`).join("\n");
}
