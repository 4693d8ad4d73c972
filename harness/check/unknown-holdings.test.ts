import { expect, test } from "vitest";
import { gatherFacts } from "./facts.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

const found = (audit?: Parameters<typeof fakeRun>[1]) => {
  const record = fakeRun({}, audit);
  return whatServingHolds(gatherFacts(record));
};

test("what was read to the end is known", () => {
  expect(found()).toBeNull();
});

test("what nobody read is not, and a side that could not be read says why", () => {
  const unknown = (why: string) => ({ verdict: "inconclusive", reason: `what B holds is not known: ${why}` });
  expect(found(() => ({ audit: [] }))).toEqual(unknown("its audit was not taken, or not to the end"));
  const refused = { type: "unreadable", side: "b", why: "connection refused" } as const;
  expect(found(({ audit }) => ({ audit: [...audit.filter(({ side }) => side !== "b"), refused] }))).toEqual(
    unknown("connection refused"),
  );
});

test("it takes somebody who can read the content", () => {
  expect(HOLDINGS_NEED).toEqual(["content"]);
});
