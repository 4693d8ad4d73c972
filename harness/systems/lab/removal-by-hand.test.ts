import { expect, test } from "vitest";
import { removalByHand } from "./removal-by-hand.ts";

test("containers go first, and then the networks that nobody uses any more", () => {
  expect(removalByHand("2026-05-01T10-00-00z-1a2b")).toEqual([
    "docker rm -f $(docker ps -aq --filter label=org.fhirdrill.run=2026-05-01T10-00-00z-1a2b)",
    "docker network prune --filter label=org.fhirdrill.run=2026-05-01T10-00-00z-1a2b",
  ]);
});

test.each(["a b", "$(reboot)", "a;b", "", "a\nb"])("the run %j becomes part of no command", (run) => {
  expect(removalByHand(run)).toEqual([]);
});
