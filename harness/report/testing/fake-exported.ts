/** For tests: fake runs with their verdicts, as they are exported. */
import { judge } from "../../check/judge.ts";
import { PLAN, type Plan } from "../../check/testing/fake-plan.ts";
import { fakeParts, type Parts, recordOf } from "../../check/testing/fake-run.ts";
import type { ExportedRun } from "../export/exported-run.ts";

export function exported(
  id: string,
  changes: Partial<Plan> = {},
  edit: (parts: Parts) => Partial<Parts> = () => ({}),
): ExportedRun {
  const parts = fakeParts(changes);
  const record = recordOf({ ...parts, ...edit(parts) });
  const verdict = judge(record);
  return { run: { ...record.run, id }, verdict: { ...verdict, run: id }, tookMs: 12_345 };
}

/** What the sites hold is not known. */
export const inconclusive = (id: string) => exported(id, {}, () => ({ audit: [] }));
/** Service never came back: the outage and the RTO are censored, and longer than the objective. */
export const neverBack = (id: string) =>
  exported(id, {
    outage: { afterMs: 10, ms: null },
    operator: null,
    objectives: { ...PLAN.objectives, rtoSeconds: 5 },
  });
