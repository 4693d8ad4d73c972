/** `plan`: shows what a drill would do, without doing it. */
import { randomInt } from "node:crypto";
import { planText } from "../console/plan-text.ts";
import { SEED_LIMIT } from "../model/load/write.ts";
import { freeBytes } from "../store/free-space.ts";
import { RESULTS } from "../store/results.ts";
import { chosenDrill } from "./chosen-drill.ts";
import { withRate } from "./rate.ts";
import { loadSettings } from "./settings.ts";
import { print } from "./standard-streams.ts";

export interface PlanOptions {
  config?: string;
  system?: string;
  irreversible?: boolean;
  seed?: number;
  rate?: number;
}

export async function planCommand(name: string | undefined, options: PlanOptions): Promise<void> {
  const { config: wanted, rate, system } = options;
  const seed = options.seed ?? randomInt(SEED_LIMIT);
  const settings = withRate(await loadSettings(), rate);
  // Loaded only here: its Kubernetes client takes as long to load as everything else.
  if (system !== undefined)
    return (await import("./plan-own.ts")).planOwn(settings, name, { ...options, system, seed });
  const { scenario, config, command } = await chosenDrill(settings, { scenario: name, config: wanted, rate }, seed);
  print(`${planText(scenario, config, { command, freeBytes: freeBytes(RESULTS) })}\n`);
}
