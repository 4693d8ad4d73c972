/** In what two groups differ besides chance. */
import { expect, test } from "vitest";
import { configNamed, fake, SCENARIO } from "../testing/fake-runs.ts";
import { differences } from "./setups.ts";

const group = (config: string, ...changes: Parameters<typeof fake>[1][]) => ({
  config,
  runs: changes.map((change) => fake({}, { config: configNamed(config), ...change })),
});
const texts = (...groups: Parameters<typeof differences>) => differences(...groups).map(({ text }) => text);
const plain = {};

test("groups of the same setup do not differ", () => {
  const other = { scenario: { ...SCENARIO, asks: "What?" } };
  expect(texts(group("async", plain, plain), group("async", other))).toEqual([]);
});

test.each([
  [
    "load",
    { scenario: { ...SCENARIO, load: { ...SCENARIO.load, ratePerSecond: 30 } } },
    "scenario.load.ratePerSecond: 20 → 30",
  ],
  [
    "start",
    { scenario: { ...SCENARIO, start: { replicated: true, resources: 7 } } },
    "scenario.start.resources: 0 → 7",
  ],
  ["cores", { host: { cores: 8 } }, "host.cores: 2 → 8"],
  [
    "commit",
    { versions: { fhirdrill: "0.1.0", commit: `${"a".repeat(40)}+changes` } },
    "commit: unknown → aaaaaaaaaaaa+changes",
  ],
  [
    "image",
    { images: [{ part: "postgres", name: "postgres:17", id: "1", origin: "pulled" as const }] },
    "image postgres: none → postgres:17",
  ],
])("another %s", (_name, change, text) => {
  expect(texts(group("async", plain), group("async", change))).toContain(text);
});

test("another judge shows in its checks", () => {
  const b = { config: "async", runs: [fake({ checks: { stale: "holds" } })] };
  expect(texts(group("async", plain), b)).toEqual(["check stale: none → judged"]);
});

test("a difference within one group or within both is reported", () => {
  const slow = { host: { cores: 1 } };
  expect(texts(group("async", plain, slow), group("async", plain))).toEqual(["host.cores: 1, 2 → 2"]);
  expect(texts(group("async", plain, slow), group("async", slow, plain))).toEqual(["host.cores: mixed in both: 1, 2"]);
  const many = [1, 2, 3, 4, 5].map((cores) => ({ host: { cores } }));
  expect(texts(group("async", ...many), group("async", plain))).toEqual(["host.cores: 1, 2, 3 and 2 more → 2"]);
});

test("the settings of two configurations are the question, the host is not", () => {
  const found = differences(group("async", plain), {
    config: "sync",
    runs: [fake({}, { config: configNamed("sync", { replication: "sync" }), host: { cores: 8 } })],
  });
  expect(found).toEqual([
    { text: "config: async → sync", asked: true },
    { text: "config.replication: async → sync", asked: true },
    { text: "host.cores: 2 → 8", asked: false },
  ]);
});

test("other settings under the same name are not the question", () => {
  const other = { config: configNamed("async", { fencing: false }) };
  expect(differences(group("async", plain), group("async", other))).toEqual([
    { text: "config.fencing: true → false", asked: false },
  ]);
});
