/** Which runs are held against which, and what is told of those that are not. */
import { expect, test } from "vitest";
import { configNamed, fake, SCENARIO, set } from "../testing/fake-runs.ts";
import { type Paired, pairsOf } from "./pairs.ts";

const of = (config: string, scenario = {}) => fake({}, { config: configNamed(config), ...scenario });
const elsewhere = { scenario: { ...SCENARIO, name: "silent-region" } };
const told = (pairs: Paired[]) =>
  pairs.map(({ scenario, a, b }) => [scenario, a.config, b.config, a.runs.length, b.runs.length].join(" "));

test("one configuration each: they are what is compared", () => {
  const { pairs, notes } = pairsOf(set("A", [of("async"), of("async")]), set("B", [of("sync")]));
  expect(told(pairs)).toEqual(["region-loss async sync 2 1"]);
  expect(notes).toEqual([]);
});

test("several: each with itself, and what has no partner is told", () => {
  const { pairs, notes } = pairsOf(
    set("A", [of("async"), of("sync"), of("tuned")]),
    set("B", [of("sync"), of("async"), of("passive")]),
  );
  expect(told(pairs)).toEqual(["region-loss async async 1 1", "region-loss sync sync 1 1"]);
  expect(notes).toEqual(["Of region-loss, only A has runs in tuned.", "Of region-loss, only B has runs in passive."]);
});

test("one in the one set and several in the other: only the one that both have", () => {
  const elsewhereSync = of("sync", elsewhere);
  const { pairs, notes } = pairsOf(
    set("A", [of("async"), of("async", elsewhere)]),
    set("B", [of("async"), elsewhereSync]),
  );
  expect(told(pairs)).toEqual(["region-loss async async 1 1"]);
  expect(notes).toEqual(["Of silent-region, only A has runs in async.", "Of silent-region, only B has runs in sync."]);
});

test("by scenario, and one that only one side has is told", () => {
  const { pairs, notes } = pairsOf(set("A", [of("async"), of("async", elsewhere)]), set("B", [of("sync", elsewhere)]));
  expect(told(pairs)).toEqual(["silent-region async sync 1 1"]);
  expect(notes).toEqual(["Only A has runs of region-loss."]);
});

test("no scenario in common, or no run at all, is a sentence", () => {
  const apart = pairsOf(set("A", [of("async")]), set("B", [of("async", elsewhere)]));
  expect(apart.pairs).toEqual([]);
  expect(apart.notes[0]).toBe("A and B have no scenario in common.");
  expect(pairsOf(set("A", [of("async")]), set("B", [])).notes).toContain("B has no run that could be compared.");
});

test("a run on both sides is left out of both, and a copy counts once", () => {
  const [shared, own, other] = [of("async"), of("async"), of("async")];
  const copy = { ...shared, name: "elsewhere/a-copy" };
  const { pairs, notes } = pairsOf(set("A", [shared, own, { ...own, name: "again" }]), set("B", [copy, other]));
  expect(told(pairs)).toEqual(["region-loss async async 1 1"]);
  expect(notes).toEqual([
    "A holds some runs more than once; they count once.",
    "In A and in B, and therefore left out of both: elsewhere/a-copy.",
  ]);
});
