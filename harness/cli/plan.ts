/** `plan`: what a drill would do, without doing it. */
import { randomInt } from "node:crypto";
import { planText } from "../console/plan-text.ts";
import { SEED_LIMIT } from "../model/write.ts";
import { chosenDrill } from "./chosen-drill.ts";
import { loadSettings } from "./settings.ts";
import { print } from "./standard-streams.ts";

export interface PlanOptions {
  config?: string;
  seed?: number;
}

export async function planCommand(name: string | undefined, options: PlanOptions): Promise<void> {
  const names = { scenario: name, config: options.config };
  const seed = options.seed ?? randomInt(SEED_LIMIT);
  const { scenario, config, command } = await chosenDrill(await loadSettings(), names, seed);
  print(`${planText(scenario, config, command)}\n`);
}
