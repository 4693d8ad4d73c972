/** Runs that could not be read, on stderr: who reads the result must not miss that it is not of all runs. */
import { visibleLine } from "../console/visible.ts";
import type { LeftOut } from "../store/stored-runs.ts";
import { tell } from "./standard-streams.ts";

export function printLeftOut(leftOut: readonly LeftOut[]): void {
  for (const { folder, why } of leftOut) tell(`left out: ${visibleLine(folder)}\n  why: ${visibleLine(why)}\n`);
}
