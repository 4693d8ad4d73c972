/** `run --system`: drills on the user's own system, each by the plan that the user agreed to. */
import { COMMAND } from "../model/program/built.ts";
import { DrillFailure, EXIT, usageFailure } from "../model/program/failure.ts";
import { drillOwn } from "../run/drill-own.ts";
import type { DrillResult } from "../run/finish.ts";
import { toHere } from "../store/here.ts";
import type { RunFolder } from "../store/run-folder.ts";
import { inForceText, openIn } from "../systems/attached/journal.ts";
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
      "this drill has not been agreed to",
      `a drill breaks something in ${system}, and --plan is missing`,
      `read the output of \`${COMMAND} plan ${chosen.scenario.name} --system ${system}\`, and pass its hash: --plan HASH`,
    );
  const { prices, images: named } = settings;
  let last: DrillResult | null = null;
  const refuseBroken = () => last && refuseOpen(last.folder);
  const exitCode = await inRounds({ first, repeat, json }, async (round) => {
    refuseBroken();
    const command = ownCommandOf(chosen, { seed: round.seed, rate, irreversible }, agreed);
    last = await drillOwn({ ...chosen, ...round, agreed, images, named, prices, command });
    return last;
  });
  refuseBroken();
  return exitCode;
}

/** Fails, whatever the verdict, if a fault was not confirmed healed. */
function refuseOpen({ path }: Pick<RunFolder, "path">): void {
  const open = openIn(path);
  if (open.length === 0) return;
  const text = {
    what: inForceText(open),
    why: "this drill injected it, and it was not confirmed healed",
    todo: `run \`${COMMAND} heal ${toHere(path)}\` until it reports that nothing is in force`,
  };
  throw new DrillFailure(text, { exitCode: EXIT.inconclusive });
}
