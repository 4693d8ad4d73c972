/** The result of each step of a rising load, by the ledgers of all its runners. */
import type { CompleteLine, InvokeLine, LedgerLine } from "../harness/model/load/ledger.ts";
import type { Stage } from "../harness/model/load/shape.ts";
import { quantiles } from "../harness/stats/quantiles.ts";

export interface Step {
  /** Writes per second that were due. */
  rate: number;
  /** The share of the due writes that began in it. */
  begun: number;
  /** The share of the writes begun in it that were acknowledged. */
  acknowledged: number;
  /** Latency of the acknowledged writes, milliseconds; `null` without any. */
  p50: number | null;
  p99: number | null;
}

/** Thresholds for a step: a single hiccup of the machine is no ceiling. */
const BEGUN = 0.99;
const ACKNOWLEDGED = 0.999;
const P99_MS = 500;

export function isCarried({ begun, acknowledged, p99 }: Step): boolean {
  return begun >= BEGUN && acknowledged >= ACKNOWLEDGED && p99 !== null && p99 <= P99_MS;
}

/** The highest rate up to which all were carried; `null` if not even the first was. */
export function ceilingOf(steps: readonly Step[]): number | null {
  const failed = steps.findIndex((step) => !isCarried(step));
  const carried = failed < 0 ? steps : steps.slice(0, failed);
  return carried.at(-1)?.rate ?? null;
}

/** Takes only stages with a constant rate. The first write of all is at the beginning of the first stage. */
export function stepsOf(ledgers: readonly string[], stages: readonly Stage[]): Step[] {
  const lines = ledgers.flatMap((text) => text.split("\n").filter((line) => line !== "")).map(parsed);
  const invoked = lines.filter((line): line is InvokeLine => line.type === "invoke");
  const completed = new Map(
    lines.filter((line): line is CompleteLine => line.type === "complete").map((line) => [line.write, line]),
  );
  let beginMs = invoked.reduce((first, { epochMs }) => Math.min(first, epochMs), Number.POSITIVE_INFINITY);
  return stages.map(({ seconds, from: rate }) => {
    const endMs = beginMs + seconds * 1000;
    const within = invoked.filter(({ epochMs }) => epochMs >= beginMs && epochMs < endMs);
    const tookMs = within.flatMap(({ write, epochMs }) => {
      const answer = completed.get(write);
      return answer !== undefined && answer.status >= 200 && answer.status < 300 ? [answer.epochMs - epochMs] : [];
    });
    beginMs = endMs;
    const { p50, p99 } = quantiles(tookMs);
    const acknowledged = within.length === 0 ? 0 : tookMs.length / within.length;
    return { rate, begun: within.length / (rate * seconds), acknowledged, p50, p99 };
  });
}

function parsed(line: string): LedgerLine {
  return JSON.parse(line);
}
