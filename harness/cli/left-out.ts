/** Reports on stderr the runs that could not be read, because the result lacks them. */
import { visibleLine } from "../console/visible.ts";
import type { LeftOut } from "../store/stored-runs.ts";
import { tell } from "./standard-streams.ts";

export function printLeftOut(leftOut: readonly LeftOut[]): void {
  for (const { folder, why } of leftOut) tell(`left out: ${visibleLine(folder)}\n  why: ${visibleLine(why)}\n`);
}
