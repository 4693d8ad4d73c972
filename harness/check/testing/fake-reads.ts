/** A planned run with reads of registers beside its writes, and what each of them found. Pure. */
import { OK } from "../../model/columns/history.ts";
import { planLook } from "../../model/load/look.ts";
import { registerOf } from "../../model/load/write.ts";
import { loadTimes } from "../../model/plan/scenario.ts";
import type { RegisterLook } from "../../model/record/record.ts";
import { type Parts, recordOf } from "./fake-run.ts";
import { FIRST_WRITE_MS, RUNNER, TIMEOUT_MS } from "./fake-writes.ts";

export interface ReadPlan {
  ratePerSecond: number;
  of: "read" | "search" | "both";
  tookMs: number;
  /** Reads sent in it are not answered; by the drill's clock. */
  outage: { fromMs: number; toMs: number } | null;
  /** Reads sent in it find what stood when it began: they are answered by B. */
  stale: { fromMs: number; toMs: number } | null;
}

export const READ_PLAN: ReadPlan = { ratePerSecond: 10, of: "both", tookMs: 4, outage: null, stale: null };

export function withReads(parts: Parts, changes: Partial<ReadPlan> = {}): Parts {
  const { ratePerSecond, of, tookMs, outage, stale } = { ...READ_PLAN, ...changes };
  const { run } = parts;
  const scenario = { ...run.scenario, load: { ...run.scenario.load, reads: { ratePerSecond, of } } };
  const { history } = recordOf(parts);
  const newest = (register: number, ms: number) => {
    let found: { version: number; writer: number | null } = { version: 1, writer: null };
    for (let i = 0; i < history.length; i += 1) {
      const op = history.at(i);
      if (op.kind !== "update" || history.outcome[i] !== OK || registerOf(op.n) !== register) continue;
      const version = Number(op.stored[0]?.split("/")[2]);
      if ((op.completedMs as number) < ms && version > found.version) found = { version, writer: op.n };
    }
    return found;
  };
  const isIn = (span: ReadPlan["outage"], ms: number) => span !== null && ms >= span.fromMs && ms < span.toMs;
  const count = Math.floor(loadTimes(scenario).end * ratePerSecond + 1e-6);
  const reads = Array.from({ length: count }, (_, n): RegisterLook => {
    const { by, register } = planLook(run.seed, n, of);
    const sentMs = FIRST_WRITE_MS + Math.round((n * 1000) / ratePerSecond);
    const known = { n, by, register, sentMs, runner: RUNNER };
    if (isIn(outage, sentMs))
      return { ...known, doneMs: sentMs + TIMEOUT_MS, status: 0, version: null, writer: null, servedBy: "" };
    const isStale = isIn(stale, sentMs);
    const answer = { doneMs: sentMs + tookMs, status: 200, servedBy: isStale ? "b" : "a" };
    return { ...known, ...answer, ...newest(register, isStale && stale ? stale.fromMs : sentMs) };
  });
  return { ...parts, looks: reads, run: { ...run, scenario } };
}
