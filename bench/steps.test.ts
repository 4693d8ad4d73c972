import { expect, test } from "vitest";
import type { LedgerLine } from "../harness/model/load/ledger.ts";
import { ceilingOf, isCarried, type Step, stepsOf } from "./steps.ts";

const FIRST_MS = 1_790_000_000_000;
const level = (seconds: number, rate: number) => ({ seconds, from: rate, to: rate });

/** Write n, begun that long after the first one, and answered after `tookMs`; `null`: never. */
function write(n: number, atMs: number, tookMs: number | null, status = 201): LedgerLine[] {
  const [id, epochMs] = [`w1-${n}`, FIRST_MS + atMs];
  const invoke: LedgerLine = { type: "invoke", write: id, n, kind: "put", epochMs };
  if (tookMs === null) return [invoke];
  const answer = { status, errorCode: 0, error: "", stored: [], servedBy: "a" };
  return [invoke, { type: "complete", write: id, epochMs: epochMs + tookMs, ...answer }];
}

const text = (lines: readonly LedgerLine[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

test("a step has the writes that began in it, from any runner and whenever they were answered", () => {
  const one = text([...write(0, 0, 10), ...write(2, 1000, 1500), ...write(3, 2000, 30)]);
  const other = text([...write(1, 500, 20), ...write(4, 2250, 40, 503), ...write(5, 2500, null)]);
  expect(stepsOf([one, other], [level(2, 2), level(1, 4)])).toEqual([
    { rate: 2, begun: 0.75, acknowledged: 1, p50: 20, p99: 1500 },
    { rate: 4, begun: 0.75, acknowledged: 1 / 3, p50: 30, p99: 30 },
  ]);
});

test("a step without writes has no times", () => {
  expect(stepsOf([text(write(0, 0, 1))], [level(1, 1), level(1, 1)])[1]).toEqual({
    ...{ rate: 1, begun: 0, acknowledged: 0, p50: null, p99: null },
  });
});

const good: Step = { rate: 100, begun: 1, acknowledged: 1, p50: 5, p99: 20 };

test.each<Partial<Step>>([{ begun: 0.98 }, { acknowledged: 0.99 }, { p99: 501 }, { p99: null }])(
  "a step with %j is not carried",
  (worse) => {
    expect([isCarried(good), isCarried({ ...good, ...worse })]).toEqual([true, false]);
  },
);

test("the ceiling is the last rate before the first that was not carried", () => {
  const at = (rate: number, acknowledged = 1): Step => ({ ...good, rate, acknowledged });
  expect(ceilingOf([at(50), at(100), at(150, 0.5), at(200)])).toBe(100);
  expect(ceilingOf([at(50), at(100)])).toBe(100);
  expect(ceilingOf([at(50, 0), at(100)])).toBeNull();
});
