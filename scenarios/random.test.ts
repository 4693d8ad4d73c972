import fc from "fast-check";
import { expect, test } from "vitest";
import { SEED_LIMIT } from "../harness/model/load/write.ts";
import { ScenarioSchema } from "../harness/model/plan/scenario.ts";
import { randomScenario } from "./random.ts";

const seeds = fc.integer({ min: 0, max: SEED_LIMIT - 1 });

test("every seed gives a valid scenario, the same one each time", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const scenario = randomScenario(seed);
      expect(ScenarioSchema.parse(scenario)).toEqual(scenario);
      expect(randomScenario(seed)).toEqual(scenario);
      expect(scenario.faults[scenario.disaster ?? -1]).toBeDefined();
    }),
  );
});

test("no two faults share a target, and a region loss comes last", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { faults } = randomScenario(seed);
      const targets = faults.map((fault) =>
        "link" in fault ? `link ${fault.link}` : "part" in fault ? fault.part : "side" in fault ? fault.side : "dcs",
      );
      expect(new Set(targets).size).toBe(targets.length);
      for (const [index, { kind, afterSeconds }] of faults.entries())
        if (kind === "region-loss") {
          expect(index).toBe(faults.length - 1);
          for (const other of faults.slice(0, -1))
            expect(other.afterSeconds + (other.healAfterSeconds ?? 0)).toBeLessThan(afterSeconds);
        }
    }),
  );
});

test("different seeds break different things", () => {
  const kinds = new Set(
    Array.from({ length: 200 }, (_, seed) =>
      randomScenario(seed)
        .faults.map(({ kind }) => kind)
        .join(),
    ),
  );
  expect(kinds.size).toBeGreaterThan(40);
});
