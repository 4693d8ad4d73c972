/** Drills that must not be run on somebody's own system are refused, with the limit they would exceed. */
import { expect, test } from "vitest";
import { regionLoss } from "../../../scenarios/region-loss.ts";
import type { FaultSpec } from "./fault.ts";
import { refusedOnOwn } from "./own-sense.ts";
import { OwnSystemSchema } from "./own-system.ts";
import type { Scenario } from "./scenario.ts";

const at = (container: string) => ({ find: { container } });
const step = (argv: [string, ...string[]]) => ({ argv });
const hook = { inject: step(["in"]), heal: step(["out"]), evidence: step(["look"]) };
const described = (guard = {}) =>
  OwnSystemSchema.parse({
    is: "two of each",
    fhir: { base: "http://fhir.test/fhir" },
    targets: {
      "server-a": { is: "server", ...at("a") },
      "server-b": { is: "server", ...at("b") },
      "database-a": { is: "database", ...at("c") },
    },
    hooks: { cut: { ...hook, ttlSeconds: 20 }, burn: { ...hook, irreversible: true } },
    guard,
  });
const own = described();
const loss = (target: string, more: Partial<FaultSpec> = {}) =>
  ({ kind: "target-loss", target, afterSeconds: 0, ...more }) as FaultSpec;
const with_ = (faults: FaultSpec[], more: Partial<Scenario> = {}): Scenario => ({ ...regionLoss, faults, ...more });

test("one target at a time may be broken, and another once it is healed", () => {
  expect(refusedOnOwn(with_([loss("server-a")]), own)).toBeNull();
  const inTurn = [loss("server-a", { healAfterSeconds: 10 }), loss("server-b", { afterSeconds: 10 })];
  expect(refusedOnOwn(with_(inTurn), own)).toBeNull();
});

test("two at a time only with guard.severalAtOnce, and never all of a kind", () => {
  const two = with_([loss("server-a"), loss("database-a", { afterSeconds: 5 })]);
  expect(refusedOnOwn(two, own)).toBe(
    "server-a and database-a would be broken at the same time: set guard.severalAtOnce",
  );
  const bold = described({ severalAtOnce: true });
  expect(refusedOnOwn(two, bold)).toBeNull();
  expect(refusedOnOwn(with_([loss("server-a"), loss("server-b")]), bold)).toBe(
    "every server would be broken at the same time",
  );
});

test("large transactions count by their resources", () => {
  const large = with_([], { load: { ...regionLoss.load, bundleEntries: 1000 } });
  expect(refusedOnOwn(large, own)).toMatch(/^it comes to 13\d{4} resources, and guard.maxWrites is 20000$/);
  const none = with_([], { load: { ...large.load, mix: { put: 1, post: 0, bundle: 0, update: 0 } } });
  expect(refusedOnOwn(none, own)).toMatch(/the load has none: give load.mix.bundle a weight/);
});

test("resources that clean would not find are refused", () => {
  const writing = (...types: string[]) =>
    with_([], { load: { ...regionLoss.load, resources: types.map((resourceType) => ({ resourceType })) } });
  expect(refusedOnOwn(writing("Patient", "Observation"), own)).toBeNull();
  expect(refusedOnOwn(writing("Patient", "Goal", "Task"), own)).toBe(
    "clean finds only patients and observations, and load.resources has other types: Goal, Task",
  );
});

test("two faults on one target count as one target", () => {
  const twice = [loss("server-a"), { kind: "target-freeze", target: "server-a", afterSeconds: 1 } as FaultSpec];
  expect(refusedOnOwn(with_(twice), own)).toBeNull();
});

test.each<[string, Scenario, RegExp]>([
  ["an unknown target", with_([loss("server-c")]), /no target server-c/],
  ["an unknown hook", with_([{ kind: "hook", hook: "flood", afterSeconds: 0 }]), /no hook flood/],
  [
    "a load above the limit",
    with_([], { load: { ...regionLoss.load, ratePerSecond: 51 } }),
    /51 a second, and guard.maxRatePerSecond is 50/,
  ],
  [
    "more writes than agreed",
    with_([], { load: { ...regionLoss.load, afterSeconds: 700 } }),
    /writes, and guard.maxWrites is 20000/,
  ],
  ["other initial content", with_([], { start: { replicated: true, resources: 1 } }), /initial content other than/],
  [
    "an order that nobody can give",
    with_([], { orders: [{ kind: "restart", side: "a", afterSeconds: 0 }] }),
    /own systems: restart/,
  ],
  [
    "a hook that is over before it is healed",
    with_([{ kind: "hook", hook: "cut", afterSeconds: 0, healAfterSeconds: 21 }]),
    /cut ends by itself after 20 s/,
  ],
])("%s is refused", (_, scenario, why) => {
  expect(refusedOnOwn(scenario, own)).toMatch(why);
});

test("a node drain needs --irreversible as well", () => {
  const drained = with_([{ kind: "node-drain", target: "server-a", afterSeconds: 0 }]);
  expect(refusedOnOwn(drained, own)).toBe(
    "only fhirdrill makes the drained node of server-a schedulable again: add --irreversible",
  );
  expect(refusedOnOwn(drained, own, { irreversible: true })).toBeNull();
});

test("a fault that does not end by itself needs --irreversible", () => {
  const burns = with_([{ kind: "hook", hook: "burn", afterSeconds: 0 }]);
  expect(refusedOnOwn(burns, own)).toMatch(/--irreversible/);
  expect(refusedOnOwn(burns, own, { irreversible: true })).toBeNull();
});
