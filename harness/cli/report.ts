/** `report`: writes the pages of stored runs from their records. */
import { resolve } from "node:path";
import { judge } from "../check/judge.ts";
import { DrillFailure, EXIT, reasonOf, usageFailure } from "../model/program/failure.ts";
import type { RunRecord } from "../model/record/record.ts";
import { type Verdict, VerdictSchema } from "../model/verdict/verdict.ts";
import { readRecord } from "../record/read-record.ts";
import { pageOf } from "../report/run-page/page.ts";
import { findRuns } from "../store/find-runs.ts";
import { toHere } from "../store/here.ts";
import { PAGE, type RunFolder } from "../store/run-folder.ts";
import { writeTo } from "../store/written.ts";
import { printFailure } from "./output.ts";
import { explained } from "./rejudge.ts";
import { print } from "./standard-streams.ts";

export interface ReportOptions {
  output?: string;
}

const NAME_ONE = "name one, such as latest, or add --index for one page of all runs";

export function reportCommand(names: string[], { output }: ReportOptions): number {
  if (names.length === 0)
    throw usageFailure("no run is named", "report writes the pages of the runs that are named", NAME_ONE);
  const folders = findRuns(names);
  if (output !== undefined && folders.length > 1)
    throw usageFailure(
      `${folders.length} runs cannot be written to one page`,
      `--output names one file: ${output}`,
      "name one run, or omit --output: each page is then written to its run's folder",
    );
  let missing = 0;
  for (const folder of folders) {
    try {
      print(`${writePage(folder, output)}\n`);
    } catch (error) {
      missing += 1;
      printFailure(error);
    }
  }
  return missing > 0 ? EXIT.inconclusive : 0;
}

/** The page's path, relative to the current folder. */
export function writePage(folder: RunFolder, output = resolve(folder.path, PAGE)): string {
  const page = pageFor(folder);
  return toHere(writeTo("the page", output, page));
}

/** For the end of a drill: a missing page is no failure, because it can be written later. */
export function writePageIfPossible(folder: RunFolder): string | null {
  try {
    return writePage(folder);
  } catch (error) {
    printFailure(error);
    return null;
  }
}

function pageFor(folder: RunFolder): string {
  const record = recordIn(folder);
  try {
    const { verdict, notes } = verdictIn(folder, record);
    return pageOf(record, verdict, notes);
  } catch (error) {
    const what = `${toHere(folder.path)} has no page`;
    throw new DrillFailure(
      { what, why: `the page could not be made: ${reasonOf(error)}`, todo: "report it, with this folder" },
      { cause: error },
    );
  }
}

function recordIn(folder: RunFolder): RunRecord {
  try {
    return readRecord(folder.readFiles());
  } catch (error) {
    const [why, todo] = explained(error);
    throw new DrillFailure({ what: `${toHere(folder.path)} has no page`, why, todo }, { cause: error });
  }
}

/** The stored verdict; if that cannot be read, a new one, with a note for the page. */
function verdictIn(folder: RunFolder, record: RunRecord): { verdict: Verdict; notes: string[] } {
  const text = folder.readText("verdict.json");
  try {
    if (text !== null) return { verdict: VerdictSchema.parse(JSON.parse(text)), notes: [] };
  } catch {
    // Noted below.
  }
  const why = text === null ? "has no verdict.json" : "has a verdict.json that cannot be read";
  return { verdict: judge(record), notes: [`The run ${why}: its record was judged again for this page.`] };
}
