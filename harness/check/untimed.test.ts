import { expect, test } from "vitest";
import type { RunRecord } from "../model/record/record.ts";
import { CHECKERS, judge } from "./judge.ts";
import { fakeRun } from "./testing/fake-run.ts";

const record = fakeRun({ lost: [60] });
const NEED_TIMES = CHECKERS.filter(({ needsTimes }) => needsTimes).map(({ name }) => name);

function findings(untimed: RunRecord) {
  const { checks, measures } = judge(untimed);
  const reasons = checks
    .filter(({ name }) => NEED_TIMES.includes(name))
    .map(({ verdict, reason }) => [verdict, reason]);
  const { rto, rpo, lost, downtime } = measures;
  return { reasons, figures: [rto.seconds, rpo.seconds, lost.tail, downtime.seconds], lost: lost.count };
}

test.each<[string, RunRecord, string]>([
  [
    "k6's clock was not mapped",
    { ...record, run: { ...record.run, clock: null } },
    "k6's clock was never mapped to the drill's, so no time of a write is known",
  ],
  [
    "a single answer is timestamped before its write was sent",
    { ...record, ledger: { ...record.ledger, backwards: 1 } },
    "k6's clock was set back: 1 answers are timestamped before their write was sent, so no time is known",
  ],
])("if %s, checks that need times are inconclusive and have no figure", (_, untimed, why) => {
  expect(findings(untimed)).toEqual({
    reasons: NEED_TIMES.map(() => ["inconclusive", why]),
    figures: [null, null, null, null],
    lost: 1,
  });
});

test("if times are known, all of these have a figure", () => {
  expect(findings(record).figures).not.toContain(null);
});
