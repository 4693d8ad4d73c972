/** Judges one stored run again, or reports why it cannot. The result can be sent between threads. */
import { judge } from "../check/judge.ts";
import { type FailureText, reasonOf } from "../model/program/failure.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import type { Verdict } from "../model/verdict/verdict.ts";
import { readRecord } from "../record/read-record.ts";
import { toHere } from "../store/here.ts";
import { RunFolder } from "../store/run-folder.ts";
import { changesSince } from "./changes.ts";

export type Rejudged = { path: string } & (
  | { verdict: Verdict; run: Run; changes: string[] }
  | { verdict: null; failure: FailureText }
);

export const AGAIN = "or run the drill again";

export function rejudge(path: string): Rejudged {
  const folder = new RunFolder(path);
  let record: RunRecord;
  try {
    record = readRecord(folder.readFiles());
  } catch (error) {
    return unjudged(path, ...explained(error));
  }
  try {
    const verdict = judge(record);
    return { path, verdict, run: record.run, changes: changesSince(folder.readText("verdict.json"), verdict) };
  } catch (error) {
    return unjudged(path, `the judge itself failed: ${reasonOf(error)}`, "report it, with this folder");
  }
}

/** A run that cannot be judged. Its figures are not known, so it counts as inconclusive. */
export function unjudged(path: string, why: string, todo: string): Rejudged {
  const what = `${toHere(path)} cannot be judged`;
  return { path, verdict: null, failure: { what, why, todo } };
}

/** Why a record cannot be read, and what to do. */
export function explained(error: unknown): [string, string] {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT")
    return ["run.json is missing, so what was run is not known", `restore it from a copy, ${AGAIN}`];
  if (code !== undefined) return [reasonOf(error), "check the file's owner and permissions, and the disk"];
  const why = `run.json cannot be read: ${reasonOf(error)}`;
  if (error instanceof SyntaxError) return [why, `restore it from a copy, ${AGAIN}`];
  return [why, `judge it with the version that made it, ${AGAIN}`];
}
