import { readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { longRun } from "../../../scenarios/long-run.ts";
import { recordBytes, sizeText, walBytes } from "./record-size.ts";
import { ScenarioSchema } from "./scenario.ts";

const sample = (name: string) => new URL(`../../../results/sample/${name}`, import.meta.url);
const sampled = ScenarioSchema.parse(JSON.parse(readFileSync(sample("run.json"), "utf8")).scenario);

describe("the size of a record is estimated", () => {
  test("with some reserve, compared with a stored run", () => {
    const files = ["ledger", "probes", "audit", "returned"].map((name) => `${name}.ndjson`);
    const logs = ["hapi-a", "hapi-b", "nginx", "pg-a", "pg-b", "toxiproxy"].map((name) => `logs/${name}.log`);
    const took = [...files, ...logs].reduce((sum, name) => sum + statSync(sample(name)).size, 0);
    expect(recordBytes(sampled)).toBeGreaterThan(took);
    expect(recordBytes(sampled)).toBeLessThan(4 * took);
  });

  test("from the length of the load and its rate", () => {
    const twice = { ...longRun, load: { ...longRun.load, ratePerSecond: 100 } };
    expect(recordBytes(twice)).toBeGreaterThan(1.9 * recordBytes(longRun));
    expect(walBytes(twice)).toBe(2 * walBytes(longRun));
  });

  test("from the form of the load: steps, transactions, and reads", () => {
    const { load } = sampled;
    const bytes = (changes: Partial<typeof load>) => recordBytes({ ...sampled, load: { ...load, ...changes } });
    const plain = bytes({});
    const stepped = bytes({ shape: { kind: "step", afterSeconds: 0, seconds: 5, by: 1, steps: 3 } });
    expect(stepped).toBeGreaterThan(1.1 * plain);
    expect(bytes({ bundleEntries: 100 })).toBeGreaterThan(2 * plain);
    const large = { ...sampled, load: { ...load, bundleEntries: 100 } };
    expect(walBytes(large)).toBeGreaterThan(5 * walBytes(sampled));
    expect(bytes({ reads: { ratePerSecond: load.ratePerSecond, of: "both" } })).toBeGreaterThan(1.1 * plain);
  });

  test("and from each site that comes back, whose content is recorded", () => {
    const faults = longRun.faults.map(({ healAfterSeconds: _, ...fault }) => fault);
    expect(recordBytes(longRun)).toBeGreaterThan(1.2 * recordBytes({ ...longRun, faults }));
  });
});

test.each([
  [1, "1 MB"],
  [999_000_001, "1000 MB"],
  [1.26e9, "1.3 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
