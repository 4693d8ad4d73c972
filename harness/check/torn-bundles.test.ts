import { expect, test } from "vitest";
import { writeId } from "../model/load/write.ts";
import { judge } from "./judge.ts";
import { ABSENT, TORN } from "./survivors.ts";
import { factsHolding } from "./testing/fake-holdings.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { BASELINE, timeline } from "./testing/fake-timeline.ts";
import { tornBundles } from "./torn-bundles.ts";

const record = timeline([...BASELINE, [2000, null]]);

test("a partial transaction is named, acknowledged or not; an absent one is not torn", () => {
  const id = (n: number) => writeId(PLAN.seed, n);
  expect(tornBundles.check(record, factsHolding(record, { 3: TORN, 5: ABSENT, 20: TORN }))).toEqual({
    verdict: "broken",
    reason: "2 transactions are there only partly",
    evidence: [`${id(3)}: ok, ledger.ndjson:8`, `${id(20)}: info, ledger.ndjson:42`],
    measures: { torn: { count: 2, ids: [id(3), id(20)] } },
  });
});

test("whole or not at all holds, whatever the other site has", () => {
  expect(tornBundles.check(record, factsHolding(record, { 5: ABSENT }, { 3: TORN }))).toEqual({
    verdict: "holds",
    reason: "every transaction is there whole or not at all",
    measures: { torn: { count: 0, ids: [] } },
  });
});

test("what is there is not known without an audit", () => {
  expect(
    judge(
      fakeRun({}, () => ({ audit: [] })),
      [tornBundles],
    ).checks,
  ).toMatchObject([
    { name: "torn-bundles", verdict: "inconclusive", reason: expect.stringMatching(/^what B holds is not known/) },
  ]);
});
