/** `run`: one scenario in one configuration, once or several times. */

import { randomInt } from "node:crypto";
import { verdictText } from "../console/verdict-text.ts";
import { EXIT } from "../model/failure.ts";
import { SEED_LIMIT } from "../model/load/write.ts";
import type { ImageMode } from "../model/plan/settings.ts";
import { type VerdictWord, worst } from "../model/verdict/verdict.ts";
import { drill } from "../run/drill.ts";
import type { DrillResult } from "../run/finish.ts";
import { toHere } from "../store/here.ts";
import { chosenDrill } from "./chosen-drill.ts";
import { interruptible } from "./interrupt.ts";
import { openView, paint } from "./output.ts";
import { withRate } from "./rate.ts";
import { writePageIfPossible } from "./report.ts";
import { runOwn } from "./run-own.ts";
import { loadSettings } from "./settings.ts";
import { print } from "./standard-streams.ts";

export interface RunOptions {
  config?: string;
  system?: string;
  /** The hash of the plan that was agreed to. */
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
  if (options.system !== undefined) return runOwn(settings, name, { ...options, system: options.system });
  const { images: named, prices } = settings;
  const first = options.seed ?? randomInt(SEED_LIMIT);
  const chosen = (seed: number) =>
    chosenDrill(settings, { scenario: name, config: options.config, rate: options.rate }, seed);
  await chosen(first);
  const abort = interruptible();
  const words: VerdictWord[] = [];
  for (let round = 0; round < options.repeat; round += 1) {
    const seed = (first + round) % SEED_LIMIT;
    const { scenario, config, command } = await chosen(seed);
    const view = openView();
    try {
      if (options.repeat > 1) view.say(`drill ${round + 1} of ${options.repeat}`);
      const { verdict, run, folder } = await drill({
        scenario,
        config,
        seed,
        images: options.images,
        named,
        prices,
        command,
        view,
        abort,
      });
      view.close();
      printDrill({ verdict, run, folder }, options.json ?? false);
      words.push(verdict.verdict);
    } finally {
      view.close();
    }
  }
  return EXIT[worst(words)];
}

/** The result of a drill, with its page made: JSON on one line, or text for people. */
export function printDrill({ verdict, run, folder }: DrillResult, json: boolean): void {
  const places = { folder: toHere(folder.path), page: writePageIfPossible(folder) };
  const text = json
    ? JSON.stringify({ ...verdict, folder: places.folder, report: places.page })
    : `\n${verdictText(verdict, run, places, paint)}`;
  print(`${text}\n`);
}
