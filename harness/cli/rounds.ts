/** Runs drills in a row, each with the next seed, and prints each result at once. */
import { verdictText } from "../console/verdict-text.ts";
import { SEED_LIMIT } from "../model/load/write.ts";
import { EXIT } from "../model/program/failure.ts";
import { type VerdictWord, worst } from "../model/verdict/verdict.ts";
import type { DrillOptions } from "../run/drill.ts";
import type { DrillResult } from "../run/finish.ts";
import { toHere } from "../store/here.ts";
import { interruptible } from "./interrupt.ts";
import { openView, paint } from "./output.ts";
import { writePageIfPossible } from "./report.ts";
import { print } from "./standard-streams.ts";

export type Round = Pick<DrillOptions, "seed" | "view" | "abort">;

/** Returns the exit code of the worst verdict. */
export async function inRounds(
  { first, repeat, json = false }: { first: number; repeat: number; json?: boolean | undefined },
  drillOf: (round: Round) => Promise<DrillResult>,
): Promise<number> {
  const abort = interruptible();
  const words: VerdictWord[] = [];
  for (let round = 0; round < repeat; round += 1) {
    const seed = (first + round) % SEED_LIMIT;
    const view = openView();
    try {
      if (repeat > 1) view.say(`drill ${round + 1} of ${repeat}`);
      const result = await drillOf({ seed, view, abort });
      view.close();
      printResult(result, json);
      words.push(result.verdict.verdict);
    } finally {
      view.close();
    }
  }
  return EXIT[worst(words)];
}

/** Writes the page, and prints the result as one line of JSON or as text. */
function printResult({ verdict, run, folder }: DrillResult, json: boolean): void {
  const places = { folder: toHere(folder.path), page: writePageIfPossible(folder) };
  const text = json
    ? JSON.stringify({ ...verdict, folder: places.folder, report: places.page })
    : `\n${verdictText(verdict, run, places, paint)}`;
  print(`${text}\n`);
}
