/** `run`: runs one scenario in one configuration, once or several times. */

import { randomInt } from "node:crypto";
import { SEED_LIMIT } from "../model/load/write.ts";
import type { ImageMode } from "../model/plan/settings.ts";
import { drill } from "../run/drill.ts";
import { chosenDrill } from "./chosen-drill.ts";
import { withRate } from "./rate.ts";
import { inRounds } from "./rounds.ts";
import { loadSettings } from "./settings.ts";

export interface RunOptions {
  config?: string;
  system?: string;
  /** The hash of the plan that the user agreed to. */
  plan?: string;
  irreversible?: boolean;
  repeat: number;
  seed?: number;
  rate?: number;
  images: ImageMode;
  json?: boolean;
}

export async function runCommand(name: string | undefined, options: RunOptions): Promise<number> {
  const settings = withRate(await loadSettings(), options.rate);
  const first = options.seed ?? randomInt(SEED_LIMIT);
  const { system, images, repeat, json } = options;
  // Loaded only here: its Kubernetes client takes as long to load as everything else.
  if (system !== undefined)
    return (await import("./run-own.ts")).runOwn(settings, name, { ...options, system, seed: first });
  const { images: named, prices } = settings;
  const chosen = (seed: number) =>
    chosenDrill(settings, { scenario: name, config: options.config, rate: options.rate }, seed);
  // Reports a wrong name before anything starts.
  await chosen(first);
  return inRounds({ first, repeat, json }, async (round) =>
    drill({ ...(await chosen(round.seed)), ...round, images, named, prices }),
  );
}
