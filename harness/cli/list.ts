/** `list`: what can be drilled, and what an answer means. */
import { CONFIGS } from "../../scenarios/configs.ts";
import { SCENARIOS } from "../../scenarios/index.ts";
import { OUTCOMES, PENDING } from "../history/outcome.ts";

export const LISTS = ["all", "scenarios", "configs", "outcomes"] as const;
export type ListName = (typeof LISTS)[number];

export function listCommand(what: ListName, json: boolean): void {
  const lists = {
    scenarios: SCENARIOS.map(({ name, asks }) => ({ name, text: asks })),
    configs: CONFIGS.map(({ name, is }) => ({ name, text: is })),
    outcomes: [...OUTCOMES, PENDING].map(({ name, outcome, why }) => ({ name, text: `${outcome}: ${why}` })),
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
