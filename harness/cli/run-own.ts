/** `run --system`: drills on one's own system, each by the plan that was agreed to. */
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
      "nobody has agreed to this yet",
      `a drill breaks something of ${system}, and --plan is not given`,
      `read what \`${COMMAND} plan ${chosen.scenario.name} --system ${system}\` says, and give its hash: --plan HASH`,
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

/** Whatever the verdict: what was broken and not seen to be healed comes first. */
function refuseOpen({ path }: Pick<RunFolder, "path">): void {
  const open = openIn(path);
  if (open.length === 0) return;
  const text = {
    what: inForceText(open),
    why: "it was broken by this drill, and not seen to be healed",
    todo: `run \`${COMMAND} heal ${toHere(path)}\` until it says that nothing is in force`,
  };
  throw new DrillFailure(text, { exitCode: EXIT.inconclusive });
}
