import { expect, test } from "vitest";
import { gatherFacts } from "./facts.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

const found = (audit?: Parameters<typeof fakeRun>[1]) => {
  const record = fakeRun({}, audit);
  return whatServingHolds(gatherFacts(record));
};

test("a complete audit is known", () => {
  expect(found()).toBeNull();
});

test("a missing one is not, and that of an unreadable site says why", () => {
  const unknown = (why: string) => ({ verdict: "inconclusive", reason: `what B holds is not known: ${why}` });
  expect(found(() => ({ audit: [] }))).toEqual(unknown("its audit was not taken, or not to the end"));
  const refused = { type: "unreadable", side: "b", why: "connection refused" } as const;
  expect(found(({ audit }) => ({ audit: [...audit.filter(({ side }) => side !== "b"), refused] }))).toEqual(
    unknown("connection refused"),
  );
});

test("it needs a system whose content can be read", () => {
  expect(HOLDINGS_NEED).toEqual(["content"]);
});
