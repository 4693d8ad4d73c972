/** `self-test`: a drill on real components with seeded defects. Does the judge find all of them, and no others? */

import { randomInt } from "node:crypto";
import { wrap } from "../console/wrap.ts";
import { SEED_LIMIT } from "../model/load/write.ts";
import type { ImageMode } from "../model/plan/settings.ts";
import { COMMAND } from "../model/program/built.ts";
import { EXIT } from "../model/program/failure.ts";
import { drill } from "../run/drill.ts";
import { type SelfTest, seedAndFind } from "../run/self-test.ts";
import { toHere } from "../store/here.ts";
import { choose, loadConfigs, loadSelfTest } from "./catalogue.ts";
import { interruptible } from "./interrupt.ts";
import { openView } from "./output.ts";
import { rateArgument } from "./rate.ts";
import { loadSettings } from "./settings.ts";
import { print } from "./standard-streams.ts";

export interface SelfTestOptions {
  seed?: number;
  rate?: number;
  images: ImageMode;
  json?: boolean;
}

export async function selfTestCommand(options: SelfTestOptions): Promise<number> {
  const own = await loadSelfTest();
  const scenario = { ...own, load: { ...own.load, ratePerSecond: options.rate ?? own.load.ratePerSecond } };
  const settings = await loadSettings();
  const { images: named, prices } = settings;
  const config = choose("configuration", await loadConfigs(settings), undefined);
  const seed = options.seed ?? randomInt(SEED_LIMIT);
  const command = `${COMMAND} self-test --seed ${seed}${rateArgument(options.rate)}`;
  const view = openView();
  let result: SelfTest | null = null;
  try {
    await drill({
      ...{ scenario, config, seed, command, view, named, prices },
      images: options.images,
      abort: interruptible(),
      whileItStands: async (system, recorder) => {
        result = await seedAndFind(system, recorder);
      },
    });
  } finally {
    view.close();
  }
  return printResult(result as SelfTest | null, options.json ?? false);
}

const FOUND_AT = 16;
const SEEDED_AT = FOUND_AT + 8;

function printResult(result: SelfTest | null, json: boolean): number {
  if (result === null) throw new Error("the drill ended without its self-test");
  const { comparisons, folder } = result;
  const place = toHere(folder.path);
  const agrees = comparisons.every((comparison) => comparison.agrees);
  if (json) print(`${JSON.stringify({ agrees, comparisons, folder: place })}\n`);
  else {
    const word = agrees
      ? "FOUND  every seeded defect, and nothing else"
      : "MISSED  a seeded defect, or found one that was not seeded";
    const lines = comparisons.flatMap(({ what, seeded, found, agrees: same }) => [
      ...wrap(`${same ? "ok  " : "    "} ${what.padEnd(11)}seeded  `, SEEDED_AT, seeded),
      ...(seeded === found ? [] : wrap(`${" ".repeat(FOUND_AT)}found   `, SEEDED_AT, found)),
    ]);
    print(`\n${[word, "", ...lines, "", `evidence     ${place}`].join("\n")}\n`);
  }
  return agrees ? EXIT.holds : EXIT.broken;
}
