/** `check`: judges stored runs again and reports differences from the stored verdicts. */
import { countLine, runLine } from "../console/run-line.ts";
import { verdictText } from "../console/verdict-text.ts";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import { type VerdictWord, worst } from "../model/verdict/verdict.ts";
import { findRuns, shortName } from "../store/find-runs.ts";
import { toHere } from "../store/here.ts";
import { paint, printFailure, widthOf } from "./output.ts";
import type { Rejudged } from "./rejudge.ts";
import { rejudgeAll } from "./rejudge-all.ts";
import { delivered, print } from "./standard-streams.ts";

export async function checkCommand(names: string[], json: boolean): Promise<number> {
  const paths = findRuns(names).map((folder) => folder.path);
  const text = json ? jsonText : paths.length === 1 ? fullText : shortText;
  const words: VerdictWord[] = [];
  let [unjudged, changed] = [0, 0];
  for await (const rejudged of rejudgeAll(paths)) {
    print(text(rejudged));
    // Stops judging if the reader of the output is gone.
    await delivered();
    if (rejudged.verdict === null) {
      unjudged += 1;
      printFailure(new DrillFailure(rejudged.failure));
      continue;
    }
    words.push(rejudged.verdict.verdict);
    if (rejudged.changes.length > 0) changed += 1;
  }
  if (text === shortText) print(`${countLine({ words, unjudged, changed })}\n`);
  return EXIT[worst(unjudged > 0 ? [...words, "inconclusive"] : words)];
}

/** One line per run, including runs that cannot be judged: readers of stdout alone must not miss them. */
function jsonText(rejudged: Rejudged): string {
  const folder = toHere(rejudged.path);
  const line =
    rejudged.verdict === null
      ? { folder, verdict: "inconclusive", failure: rejudged.failure }
      : { ...rejudged.verdict, folder, changes: rejudged.changes };
  return `${JSON.stringify(line)}\n`;
}

function fullText(rejudged: Rejudged): string {
  if (rejudged.verdict === null) return "";
  const { path, verdict, run, changes } = rejudged;
  const lines = changes.map((change) => `changed      ${change}\n`);
  return `${verdictText(verdict, run, { folder: toHere(path) }, paint)}\n${lines.join("")}`;
}

function shortText(rejudged: Rejudged): string {
  if (rejudged.verdict === null) return "";
  const { path, verdict, changes } = rejudged;
  return `${runLine(verdict, shortName(path), paint, widthOf(process.stdout))}\n${changes.map((change) => `  ${change}\n`).join("")}`;
}
