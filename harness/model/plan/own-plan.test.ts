import { expect, test } from "vitest";
import { scenariosOf } from "../../../scenarios/own.ts";
import { type Agreed, actsOn, planHash } from "./own-plan.ts";
import { OwnSystemSchema } from "./own-system.ts";
import type { Scenario } from "./scenario.ts";

const step = (...argv: [string, ...string[]]) => ({ argv });
const own = OwnSystemSchema.parse({
  is: "a system",
  fhir: { base: "http://fhir.test/fhir" },
  targets: { "database-a": { is: "database", site: "a", find: { container: "pg" } } },
  hooks: {
    cut: { inject: step("cut", "it's one argument"), heal: step("mend"), evidence: step("look"), ttlSeconds: 60 },
  },
});
const named = (name: string) => scenariosOf(own).find((each) => each.name === name) as Scenario;
const agreed: Agreed = {
  ...{ version: "1", name: "staging", own, scenario: named("database-a-loss") },
  targets: [{ name: "database-a", id: "0123456789abcdef", container: "pg", image: "postgres:17" }],
  evicted: [],
};
const hash = planHash(agreed);

test("the same plan has the same hash, in any order of keys", () => {
  const turned = Object.fromEntries(Object.entries(own).reverse()) as typeof own;
  expect(planHash({ ...agreed, own: turned })).toBe(hash);
  expect(hash).toMatch(/^[0-9a-f]{12}$/);
});

test.each<[string, Partial<Agreed>]>([
  ["another version", { version: "2" }],
  ["another name", { name: "production" }],
  ["another address", { own: { ...own, fhir: { ...own.fhir, base: "http://other.test/fhir" } } }],
  ["another limit", { own: { ...own, guard: { ...own.guard, maxDowntimeSeconds: 1 } } }],
  ["another fault", { scenario: named("database-a-freeze") }],
  ["another rate", { scenario: { ...agreed.scenario, load: { ...agreed.scenario.load, ratePerSecond: 7 } } }],
  ["another container", { targets: [{ ...(agreed.targets[0] as Agreed["targets"][number]), id: "fedcba9876543210" }] }],
  ["no container", { targets: [] }],
  ["another eviction", { evicted: ["ReplicaSet queue"] }],
])("%s has another hash", (_, change) => {
  expect(planHash({ ...agreed, ...change })).not.toBe(hash);
});

test("the plan names the found container, and a hook's programs verbatim", () => {
  expect(actsOn(agreed)).toEqual([
    "database-a: the engine kills, and starts again to heal, the container pg (0123456789ab, postgres:17)",
  ]);
  expect(actsOn({ ...agreed, scenario: named("cut") })).toEqual([
    "cut: ends by itself after 60 s",
    `  inject: ["cut","it's one argument"], within 10 s`,
    '  evidence: ["look"], within 10 s',
    '  heal: ["mend"], within 10 s',
  ]);
});

const inCluster = OwnSystemSchema.parse({
  ...{ is: "a system", fhir: { base: "http://fhir.test/fhir" } },
  kubernetes: { context: "staging", namespace: "fhir" },
  targets: {
    db: { is: "database", find: { pod: { app: "db" } } },
    server: { is: "server", find: { pod: { app: "server" } } },
  },
});
const ofPods = (name: string): Agreed => ({
  ...{ version: "1", name: "staging", own: inCluster },
  scenario: scenariosOf(inCluster).find((each) => each.name === name) as Scenario,
  targets: [
    { name: "db", id: "0123456789abcdef", container: "db-0", image: "postgres:17", node: "node-1" },
    { name: "server", id: "fedcba9876543210", container: "server-x", image: "hapi:8", node: "node-1" },
  ],
  evicted: ["ReplicaSet queue", "ReplicaSet server", "StatefulSet db"],
});

test.each<[string, Partial<Agreed["targets"][number]>]>([
  ["UID", { id: "fedcba9876543210" }],
  ["image", { image: "postgres:18" }],
  ["node", { node: "node-2" }],
])("another %s of a pod gives another hash", (_, change) => {
  const plan = ofPods("db-kill");
  const [first, ...rest] = plan.targets as [Agreed["targets"][number]];
  expect(planHash({ ...plan, targets: [{ ...first, ...change }, ...rest] })).not.toBe(planHash(plan));
});

test("a pod gets pod faults, and the plan names its node", () => {
  const which = "db-0 (0123456789ab, postgres:17)";
  expect(scenariosOf(inCluster).map(({ name }) => name)).toEqual([
    ...["db-kill", "db-crash", "db-isolation", "db-drain"],
    ...["server-kill", "server-crash", "server-isolation", "server-drain"],
  ]);
  expect(actsOn(ofPods("db-kill"))).toEqual([
    `db: the API deletes, and its controller makes another of, the pod ${which}`,
  ]);
  expect(actsOn(ofPods("db-crash"))).toEqual([
    `db: SIGKILL by a privileged pod on node node-1, removed at once, to the main process of the pod ${which}`,
  ]);
  expect(actsOn(ofPods("db-isolation"))[0]).toMatch(/ephemeral container, which nobody can remove from its pod again/);
  expect(actsOn(ofPods("db-drain"))).toEqual([
    `db: node node-1 takes no new pods until it is healed, and those of the namespace on it are evicted (other namespaces' are left alone), among them the pod ${which}`,
    "  evicted are the pods of ReplicaSet queue, ReplicaSet server, StatefulSet db",
  ]);
});
