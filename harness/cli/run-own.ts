/** `run --system`: drills on one's own system, each by the plan that was agreed to. */
import { randomInt } from "node:crypto";
import { EXIT, usageFailure } from "../model/failure.ts";
import { SEED_LIMIT } from "../model/load/write.ts";
import { type VerdictWord, worst } from "../model/verdict/verdict.ts";
import { drillOwn } from "../run/drill-own.ts";
import { interruptible } from "./interrupt.ts";
import { openView } from "./output.ts";
import { chosenOwn, ownCommandOf } from "./own.ts";
import { printDrill, type RunOptions } from "./run.ts";
import type { LoadedSettings } from "./settings.ts";

export async function runOwn(
  settings: LoadedSettings,
  scenario: string | undefined,
  options: RunOptions & { system: string },
): Promise<number> {
  const { system, plan: agreed, rate, irreversible, images, json = false } = options;
  const chosen = chosenOwn(settings, { system, scenario, irreversible });
  if (agreed === undefined)
    throw usageFailure(
      "nobody has agreed to this yet",
      `a drill breaks something of ${system}, and --plan is not given`,
      `read what \`plan ${chosen.scenario.name} --system ${system}\` says, and give its hash: --plan HASH`,
    );
  const first = options.seed ?? randomInt(SEED_LIMIT);
  const abort = interruptible();
  const words: VerdictWord[] = [];
  for (let round = 0; round < options.repeat; round += 1) {
    const seed = (first + round) % SEED_LIMIT;
    const view = openView();
    try {
      if (options.repeat > 1) view.say(`drill ${round + 1} of ${options.repeat}`);
      const command = ownCommandOf(chosen, { seed, rate, irreversible }, agreed);
      const { prices, images: named } = settings;
      const result = await drillOwn({ ...chosen, agreed, seed, images, named, prices, command, view, abort });
      view.close();
      printDrill(result, json);
      words.push(result.verdict.verdict);
    } finally {
      view.close();
    }
  }
  return EXIT[worst(words)];
}
