/** Planned runs with their judgement, as they are exported: for tests. */
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

/** Nobody knows what the sides hold. */
export const inconclusive = (id: string) => exported(id, {}, () => ({ audit: [] }));
/** Service never came back, so the outage and the recovery are longer than was seen, and longer than was promised. */
export const neverBack = (id: string) =>
  exported(id, {
    outage: { afterMs: 10, ms: null },
    operator: null,
    objectives: { ...PLAN.objectives, rtoSeconds: 5 },
  });
