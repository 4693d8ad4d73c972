/** Runs that could not be read, on stderr: who reads the result must not miss that it is not of all runs. */
import type { LeftOut } from "../store/stored-runs.ts";

export function printLeftOut(leftOut: readonly LeftOut[]): void {
  for (const { folder, why } of leftOut) process.stderr.write(`left out: ${folder}\n  why: ${why}\n`);
}
