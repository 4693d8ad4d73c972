/** Which groups are paired, and what is reported of those without a partner. */
import { expect, test } from "vitest";
import { configNamed, fake, SCENARIO, set } from "../testing/fake-runs.ts";
import { type Paired, pairsOf } from "./pairs.ts";

const of = (config: string, scenario = {}) => fake({}, { config: configNamed(config), ...scenario });
const elsewhere = { scenario: { ...SCENARIO, name: "silent-region" } };
const described = (pairs: Paired[]) =>
  pairs.map(({ scenario, a, b }) => [scenario, a.config, b.config, a.runs.length, b.runs.length].join(" "));

test("with one configuration in each set, the configurations are compared", () => {
  const { pairs, notes } = pairsOf(set("A", [of("async"), of("async")]), set("B", [of("sync")]));
  expect(described(pairs)).toEqual(["region-loss async sync 2 1"]);
  expect(notes).toEqual([]);
});

test("with several, each is paired with itself, and groups without a partner are reported", () => {
  const { pairs, notes } = pairsOf(
    set("A", [of("async"), of("sync"), of("tuned")]),
    set("B", [of("sync"), of("async"), of("passive")]),
  );
  expect(described(pairs)).toEqual(["region-loss async async 1 1", "region-loss sync sync 1 1"]);
  expect(notes).toEqual(["region-loss: only A has runs in tuned.", "region-loss: only B has runs in passive."]);
});

test("with one in one set and several in the other, only the shared one is paired", () => {
  const elsewhereSync = of("sync", elsewhere);
  const { pairs, notes } = pairsOf(
    set("A", [of("async"), of("async", elsewhere)]),
    set("B", [of("async"), elsewhereSync]),
  );
  expect(described(pairs)).toEqual(["region-loss async async 1 1"]);
  expect(notes).toEqual(["silent-region: only A has runs in async.", "silent-region: only B has runs in sync."]);
});

test("scenarios are paired, and one that only one set has is reported", () => {
  const { pairs, notes } = pairsOf(set("A", [of("async"), of("async", elsewhere)]), set("B", [of("sync", elsewhere)]));
  expect(described(pairs)).toEqual(["silent-region async sync 1 1"]);
  expect(notes).toEqual(["Only A has runs of region-loss."]);
});

test("no scenario in common and no run at all are each reported", () => {
  const apart = pairsOf(set("A", [of("async")]), set("B", [of("async", elsewhere)]));
  expect(apart.pairs).toEqual([]);
  expect(apart.notes[0]).toBe("A and B have no scenario in common.");
  expect(pairsOf(set("A", [of("async")]), set("B", [])).notes).toContain("B has no comparable run.");
});

test("a run in both sets is left out of both, and a copy counts once", () => {
  const [shared, own, other] = [of("async"), of("async"), of("async")];
  const copy = { ...shared, name: "elsewhere/a-copy" };
  const { pairs, notes } = pairsOf(set("A", [shared, own, { ...own, name: "again" }]), set("B", [copy, other]));
  expect(described(pairs)).toEqual(["region-loss async async 1 1"]);
  expect(notes).toEqual([
    "A has some runs more than once; each counts once.",
    "In both A and B, so left out of both: elsewhere/a-copy.",
  ]);
});
