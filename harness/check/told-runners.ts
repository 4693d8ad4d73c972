/**
 * Told runners: those that the run names are those that wrote. A line of any other is not legible (`history/ledger-line.ts`);
 * what is seen here is a runner of which there is no line, and a run that names none.
 */
import type { History } from "../model/columns/history.ts";
import type { RunRecord } from "../model/record/record.ts";

/** What is wrong with them, a sentence each. */
export function wrongRunners({ run, history }: RunRecord): string[] {
  // In older records there was one, and no line says so.
  const isNamed = run.record >= 3 || run.runners !== null;
  if (!isNamed) return [];
  if (run.runners === null || run.runners.length === 0) return ["run.json names no runner of the load"];
  const wrote = runnersIn(history);
  return run.runners.filter((name) => !wrote.has(name)).map((name) => `the runner ${name} wrote nothing`);
}

function runnersIn(history: History): Set<string> {
  const found = new Set<string>();
  for (let i = 0; i < history.length; i += 1) found.add(history.runnerAt(i));
  return found;
}
