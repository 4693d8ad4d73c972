import { expect, test } from "vitest";
import { writeId } from "../model/load/write.ts";
import { judge } from "./judge.ts";
import { ABSENT, TORN, WHOLE } from "./survivors.ts";
import { factsHolding } from "./testing/fake-holdings.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { BASELINE, every, timeline } from "./testing/fake-timeline.ts";
import { unacknowledgedWrites } from "./unacknowledged-writes.ts";

/** Writes 20 to 22 timed out; 23 and 24 were refused. */
const record = timeline([...BASELINE, ...every(100, 2000, 2500, false)], {}, ({ operations }) => ({
  operations: operations.map((op) => (op.n > 22 ? { ...op, outcome: "fail", reason: "connection-refused" } : op)),
}));
const nothing = { 20: ABSENT, 21: ABSENT, 22: ABSENT, 23: ABSENT, 24: ABSENT };
const checked = (fates: Record<number, number>) =>
  unacknowledgedWrites.check(record, factsHolding(record, { ...nothing, ...fates }));
const { 20: _, 21: __, ...recoveredTwo } = nothing;

test("no unacknowledged write is there", () => {
  expect(checked({})).toEqual({
    verdict: "holds",
    reason: "0 of 3 writes of unknown outcome did happen",
    measures: { recovered: { count: 0 }, phantom: { count: 0, ids: [] } },
  });
});

test("unknown writes that are there are recovered, and that holds", () => {
  const two = unacknowledgedWrites.check(record, factsHolding(record, recoveredTwo));
  expect(two).toMatchObject({
    verdict: "holds",
    reason: "2 of 3 writes of unknown outcome did happen",
    measures: { recovered: { count: 2 }, phantom: { count: 0, ids: [] } },
  });
});

test("a failed write that is there is a phantom and makes the run inconclusive", () => {
  const id = writeId(PLAN.seed, 24);
  expect(checked({ 24: WHOLE })).toEqual({
    verdict: "inconclusive",
    reason: "1 writes that count as failed did happen",
    evidence: [`${id}: connection-refused, ledger.ndjson:50`],
    measures: { recovered: { count: 0 }, phantom: { count: 1, ids: [id] } },
  });
});

test("a partial transaction is torn, and neither: it did not survive", () => {
  expect(checked({ 21: TORN, 24: TORN }).measures).toEqual({
    recovered: { count: 0 },
    phantom: { count: 0, ids: [] },
  });
});

test("what is there is not known without an audit", () => {
  expect(
    judge(
      fakeRun({}, () => ({ audit: [] })),
      [unacknowledgedWrites],
    ).checks,
  ).toMatchObject([
    {
      name: "unacknowledged-writes",
      verdict: "inconclusive",
      reason: expect.stringMatching(/^what B holds is not known/),
    },
  ]);
});
