/** `check`: judges stored runs again, and says what changed against the stored verdict. */
import { relative } from "node:path";
import { judge } from "../check/judge.ts";
import { verdictText } from "../console/verdict-text.ts";
import { readRecord } from "../history/read-record.ts";
import { DrillFailure, EXIT, reasonOf } from "../model/failure.ts";
import { type Verdict, VerdictSchema, type VerdictWord, worst } from "../model/verdict.ts";
import { findRun } from "../store/results.ts";
import type { RunFolder } from "../store/run-folder.ts";
import { paint } from "./output.ts";

export function checkCommand(names: string[], json: boolean): number {
  const words: VerdictWord[] = [];
  for (const name of names) {
    const folder = findRun(name);
    const place = relative(process.cwd(), folder.path);
    const record = readOrExplain(folder, place);
    const verdict = judge(record);
    const changes = changesSince(folder, verdict);
    if (json) process.stdout.write(`${JSON.stringify({ ...verdict, folder: place, changes })}\n`);
    else
      process.stdout.write(
        `${verdictText(verdict, record.run, place, paint)}\n${changes.map((c) => `changed      ${c}\n`).join("")}`,
      );
    words.push(verdict.verdict);
  }
  return EXIT[worst(words)];
}

function readOrExplain(folder: RunFolder, place: string) {
  try {
    return readRecord(folder.readFiles());
  } catch (error) {
    throw new DrillFailure(
      {
        what: `${place} cannot be judged`,
        why: `run.json is not readable: ${reasonOf(error)}`,
        todo: "judge it with the version that made it, or run the drill again",
      },
      { exitCode: EXIT.inconclusive, cause: error },
    );
  }
}

function changesSince(folder: RunFolder, now: Verdict): string[] {
  const text = folder.readText("verdict.json");
  if (text === null) return ["there was no stored verdict"];
  let stored: Verdict;
  try {
    stored = VerdictSchema.parse(JSON.parse(text));
  } catch (error) {
    return [`the stored verdict cannot be read: ${reasonOf(error)}`];
  }
  const before = new Map(stored.checks.map((check) => [check.name, check]));
  const changed = now.checks.filter((check) => before.get(check.name)?.verdict !== check.verdict);
  const lines = changed.map(
    (check) => `${check.name}: ${before.get(check.name)?.verdict ?? "not checked"} → ${check.verdict}`,
  );
  if (stored.measures.lost.count !== now.measures.lost.count)
    lines.push(`lost: ${stored.measures.lost.count} → ${now.measures.lost.count}`);
  return lines;
}
