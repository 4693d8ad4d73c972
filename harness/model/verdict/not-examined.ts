/** What a verdict could not look at, for people: a line for each reason, with all the checks that have it. */
import type { CheckResult } from "./verdict.ts";

export function notExamined(checks: readonly CheckResult[]): string[] {
  const dark = checks.filter(({ verdict }) => verdict === "not-examined");
  return [...Map.groupBy(dark, ({ reason }) => reason)].map(
    ([reason, each]) => `${each.map(({ name }) => name).join(", ")}: ${reason}`,
  );
}
