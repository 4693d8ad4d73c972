/** What a verdict did not examine, for people: a line for each reason, with all its checks. */
import type { CheckResult } from "./verdict.ts";

export function notExamined(checks: readonly CheckResult[]): string[] {
  const dark = checks.filter(({ verdict }) => verdict === "not-examined");
  return [...Map.groupBy(dark, ({ reason }) => reason)].map(
    ([reason, each]) => `${each.map(({ name }) => name).join(", ")}: ${reason}`,
  );
}
