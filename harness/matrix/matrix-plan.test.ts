import fc from "fast-check";
import { expect, test } from "vitest";
import { CONFIGS } from "../../scenarios/configs.ts";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { SEED_LIMIT } from "../model/load/write.ts";
import type { Config } from "../model/plan/config.ts";
import type { Done, PlannedDrill } from "../model/plan/matrix.ts";
import { drillsLeft, outcomes, planDrills } from "./matrix-plan.ts";

const FAILURE = { what: "it failed", why: "a test", todo: "nothing" };
const ended = (drill: PlannedDrill): Done => ({ ...drill, leaks: 0, run: `run ${drill.drill}`, verdict: "holds" });
const failed = (drill: PlannedDrill): Done => ({ ...drill, leaks: 0, failure: FAILURE });
const cellOf = ({ scenario, config }: { scenario: string; config: string }) => `${scenario} × ${config}`;

const sizes = fc.record({
  scenarios: fc.integer({ min: 1, max: 4 }),
  configs: fc.integer({ min: 1, max: 4 }),
  repeat: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(SEED_LIMIT - 1),
  /** Unsupported combinations, by index. */
  senseless: fc.array(fc.nat(15), { maxLength: 4 }),
});

function planned({
  scenarios,
  configs,
  repeat,
  seed,
  senseless,
}: { [K in "scenarios" | "configs" | "repeat" | "seed"]: number } & { senseless: number[] }) {
  const named = <T extends object>(what: T, count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...what, name: `n${index}` }));
  const what = { scenarios: named(regionLoss, scenarios), configs: named(CONFIGS[0] as Config, configs), repeat, seed };
  const cells = what.scenarios.flatMap((scenario) =>
    what.configs.map((config) => cellOf({ scenario: scenario.name, config: config.name })),
  );
  const refuse = new Set(senseless.map((index) => cells[index]));
  const plan = planDrills(what, (scenario, config) =>
    refuse.has(cellOf({ scenario: scenario.name, config: config.name })) ? "no sense" : null,
  );
  return { ...plan, cells, sound: cells.filter((cell) => !refuse.has(cell)), refuse };
}

/** Runs all drills left; `how` decides how each ends. */
function runAll(drills: PlannedDrill[], done: Done[], how: (drill: PlannedDrill, tries: number) => Done): Done[] {
  for (let round = 0; round <= 2 * drills.length; round += 1) {
    const [next] = drillsLeft(drills, done);
    if (next === undefined) return done;
    done.push(how(next, done.filter(({ drill }) => drill === next.drill).length));
  }
  throw new Error("it does not come to an end");
}

test("each cell is planned once a round or refused, round after round", () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const { drills, refused, sound, refuse } = planned(size);
      expect(drills.map(({ drill }) => drill)).toEqual(drills.map((_, index) => index));
      for (let round = 0; round < size.repeat; round += 1) {
        const part = drills.slice(round * sound.length, (round + 1) * sound.length);
        expect(part.map(cellOf).toSorted()).toEqual(sound.toSorted());
        expect(
          part.every(({ repeat, seed }) => repeat === round + 1 && seed === (size.seed + round) % SEED_LIMIT),
        ).toBe(true);
      }
      expect(drills.length).toBe(size.repeat * sound.length);
      expect(new Set(refused.map(cellOf))).toEqual(new Set([...refuse].filter((cell) => cell !== undefined)));
    }),
  );
});

test("the order within a round depends on the seed", () => {
  const orders = [1, 2, 3, 4, 5, 6].map((seed) =>
    planned({ scenarios: 3, configs: 3, repeat: 1, seed, senseless: [] }).drills.map(cellOf).join(),
  );
  expect(new Set(orders).size).toBeGreaterThan(3);
  expect(planned({ scenarios: 3, configs: 3, repeat: 1, seed: 1, senseless: [] }).drills.map(cellOf).join()).toBe(
    orders[0],
  );
});

test("resumed after any stop, exactly the missing drills are done, in order", () => {
  fc.assert(
    fc.property(sizes, fc.nat(80), (size, stop) => {
      const { drills } = planned(size);
      const before = drills.slice(0, stop % (drills.length + 1)).map(ended);
      const done = runAll(drills, [...before], ended);
      expect(done.map(({ drill }) => drill)).toEqual(drills.map(({ drill }) => drill));
      expect(outcomes(drills, done)).toEqual(done);
    }),
  );
});

test("a failed drill is attempted once more after all others, then left, however often the matrix is resumed", () => {
  fc.assert(
    fc.property(sizes, fc.array(fc.boolean()), fc.array(fc.boolean()), fc.nat(80), (size, first, second, stop) => {
      const { drills } = planned(size);
      const how = (drill: PlannedDrill, tries: number) =>
        ((tries === 0 ? first : second)[drill.drill] ?? false) ? failed(drill) : ended(drill);
      const whole = runAll(drills, [], how);
      const again = drills.filter(({ drill }) => first[drill]);
      expect(whole.map(({ drill }) => drill)).toEqual([...drills, ...again].map(({ drill }) => drill));
      expect(runAll(drills, whole.slice(0, stop % (whole.length + 1)), how)).toEqual(whole);
      const left = outcomes(drills, whole).filter((done) => "failure" in done);
      expect(left.map(({ drill }) => drill)).toEqual(
        again.filter(({ drill }) => second[drill]).map(({ drill }) => drill),
      );
    }),
  );
});
