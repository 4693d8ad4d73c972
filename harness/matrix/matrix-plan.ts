/**
 * The drills of a matrix, their order, and which are left. Pure.
 *
 * The order is by rounds: each cell once, then each once more, so that a machine that is slow for an hour slows all
 * cells and not just one. Within a round, the cells are shuffled, so that no cell always follows the same other.
 *
 * All drills of a round share a seed: the cells write the same data, and faults come at the same instant.
 */
import { chance, SEED_LIMIT } from "../model/load/write.ts";
import type { Config } from "../model/plan/config.ts";
import type { Done, PlannedDrill, Refused } from "../model/plan/matrix.ts";
import type { Scenario } from "../model/plan/scenario.ts";

/** Why this combination is unsupported; `null` when it is supported. */
export type Nonsense = (scenario: Scenario, config: Config) => string | null;

export function planDrills(
  { scenarios, configs, repeat, seed }: { scenarios: Scenario[]; configs: Config[]; repeat: number; seed: number },
  nonsense: Nonsense,
): { drills: PlannedDrill[]; refused: Refused[] } {
  const cells = scenarios.flatMap((scenario) =>
    configs.map((config) => ({
      scenario: scenario.name,
      config: config.name,
      reason: nonsense(scenario, config),
    })),
  );
  const refused = cells.flatMap(({ reason, ...cell }) => (reason === null ? [] : [{ ...cell, reason }]));
  const sound = cells.flatMap(({ reason, ...cell }) => (reason === null ? [cell] : []));
  const drills = Array.from({ length: repeat }, (_, round) => {
    const drawn = (seed + round) % SEED_LIMIT;
    const order = sound.map((cell, index) => ({ cell, key: chance(drawn, index) })).toSorted((x, y) => x.key - y.key);
    return order.map(({ cell }) => ({ ...cell, repeat: round + 1, seed: drawn }));
  }).flat();
  return { drills: drills.map((each, drill) => ({ drill, ...each })), refused };
}

/**
 * First the drills not done yet; then, once more, those that failed for reasons other than the drilled system.
 */
export function drillsLeft(drills: readonly PlannedDrill[], done: readonly Done[]): PlannedDrill[] {
  const ends = endsOf(done);
  const never = drills.filter(({ drill }) => !ends.has(drill));
  const again = drills.filter(({ drill }) => ends.get(drill)?.length === 1 && "failure" in lastOf(ends, drill));
  return [...never, ...again];
}

/** How each drill ended, by its last attempt. */
export function outcomes(drills: readonly PlannedDrill[], done: readonly Done[]): Done[] {
  const ends = endsOf(done);
  return drills.flatMap(({ drill }) => (ends.has(drill) ? [lastOf(ends, drill)] : []));
}

function endsOf(done: readonly Done[]): Map<number, Done[]> {
  return Map.groupBy(done, ({ drill }) => drill);
}

function lastOf(ends: Map<number, Done[]>, drill: number): Done {
  return ends.get(drill)?.at(-1) as Done;
}
