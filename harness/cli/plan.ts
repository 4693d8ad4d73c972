/** `plan`: what a drill would do, without doing it. */
import { randomInt } from "node:crypto";
import { planText } from "../console/plan-text.ts";
import { SEED_LIMIT } from "../model/load/write.ts";
import { chosenDrill } from "./chosen-drill.ts";
import { withRate } from "./rate.ts";
import { loadSettings } from "./settings.ts";
import { print } from "./standard-streams.ts";

export interface PlanOptions {
  config?: string;
  seed?: number;
  rate?: number;
}

export async function planCommand(name: string | undefined, options: PlanOptions): Promise<void> {
  const { config: wanted, rate } = options;
  const seed = options.seed ?? randomInt(SEED_LIMIT);
  const { scenario, config, command } = await chosenDrill(
    withRate(await loadSettings(), rate),
    { scenario: name, config: wanted, rate },
    seed,
  );
  print(`${planText(scenario, config, command)}\n`);
}
