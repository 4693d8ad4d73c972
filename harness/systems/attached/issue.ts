/** What is wrong with an external answer, in one line. */
import type { z } from "zod";

export function firstIssue({ issues: [issue] }: z.ZodError): string {
  const where = issue?.path.join(".");
  return `${where ? `${where}: ` : ""}${issue?.message ?? "it is not valid"}`;
}
