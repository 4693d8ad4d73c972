/** `run --system`: drills on one's own system, each by the plan that was agreed to. */
import { usageFailure } from "../model/failure.ts";
import { drillOwn } from "../run/drill-own.ts";
import { chosenOwn, ownCommandOf } from "./own.ts";
import { inRounds } from "./rounds.ts";
import type { RunOptions } from "./run.ts";
import type { LoadedSettings } from "./settings.ts";

export async function runOwn(
  settings: LoadedSettings,
  scenario: string | undefined,
  options: RunOptions & { system: string; seed: number },
): Promise<number> {
  const { system, plan: agreed, rate, irreversible, images, repeat, json, seed: first } = options;
  const chosen = chosenOwn(settings, { system, scenario, irreversible });
  if (agreed === undefined)
    throw usageFailure(
      "nobody has agreed to this yet",
      `a drill breaks something of ${system}, and --plan is not given`,
      `read what \`plan ${chosen.scenario.name} --system ${system}\` says, and give its hash: --plan HASH`,
    );
  const { prices, images: named } = settings;
  return inRounds({ first, repeat, json }, (round) => {
    const command = ownCommandOf(chosen, { seed: round.seed, rate, irreversible }, agreed);
    return drillOwn({ ...chosen, ...round, agreed, images, named, prices, command });
  });
}
