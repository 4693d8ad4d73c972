/** The files of a planned run as several runners would leave them: the same writes, dealt out in turn. Pure. */
import { FIRST_RUNNER, OTHER_RUNNERS, RUNNER_NAMES, type RunnerName } from "../../model/load/runners.ts";
import { type ClockMap, clockOfAll } from "../../model/record/clock.ts";
import type { ByRunner, Run } from "../../model/record/run.ts";
import type { OtherLedgers } from "../../model/record/seal.ts";
import { filesOf, linesOf, type Parts } from "./fake-run.ts";
import { FIRST_WRITE_MS } from "./fake-writes.ts";

export interface SharedFiles extends Omit<ReturnType<typeof filesOf>, "ledger"> {
  ledger: string;
  otherLedgers: OtherLedgers<string>;
}

/** One runner for each clock. */
export function sharedFiles(parts: Parts, clocks: readonly ClockMap[]): SharedFiles {
  const names = RUNNER_NAMES.slice(0, clocks.length);
  const dealt = parts.operations.map((op) => ({ ...op, runner: names[op.n % names.length] as string }));
  const endMs = dealt.reduce((last, { completedMs }) => Math.max(last, completedMs ?? 0), FIRST_WRITE_MS) + 1;
  const ledgers = names.map((runner, i) => {
    const offsetMs = (clocks[i] as ClockMap).offsetMs;
    const own = dealt.filter((op) => op.runner === runner);
    const lines = linesOf(own, offsetMs).toSorted((x, y) => x.epochMs - y.epochMs);
    const mark = (type: string, ms: number) => ({ type, epochMs: ms + offsetMs, r: runner });
    const all = [mark("begin", FIRST_WRITE_MS), ...lines, mark("end", endMs)];
    return [runner, all.map((line) => `${JSON.stringify(line)}\n`).join("")] as const;
  });
  const { [FIRST_RUNNER]: ledger, ...others } = Object.fromEntries(ledgers) as Record<RunnerName, string>;
  const byRunner = names.map((runner, i): ByRunner => {
    const iterations = dealt.filter((op) => op.runner === runner).length;
    const did = { iterations, droppedIterations: 0, exitCode: 0, clock: clocks[i] as ClockMap };
    return { runner, fromMs: FIRST_WRITE_MS, toMs: endMs, ...did };
  });
  const { scenario } = parts.run;
  const run: Run = {
    ...{ ...parts.run, byRunner, runners: [...names], clock: clockOfAll(clocks) },
    scenario: { ...scenario, load: { ...scenario.load, runners: names.length } },
  };
  const otherLedgers = Object.fromEntries(
    OTHER_RUNNERS.flatMap((name) => (name in others ? [[name, others[name]]] : [])),
  );
  return { ...filesOf({ ...parts, run }), ledger, otherLedgers };
}
