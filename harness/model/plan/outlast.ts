/**
 * Extends a scenario so that losses, and the load, last until the failover can have ended. How long that takes depends
 * on the configuration: Patroni waits until the lost primary's lock has expired.
 */
import type { Config } from "./config.ts";
import type { FaultSpec } from "./fault.ts";
import type { Scenario } from "./scenario.ts";

/** After these, a primary that returns before its lock expires is still the primary. */
const TAKES_THE_PRIMARY: readonly FaultSpec["kind"][] = ["region-loss", "freeze"];

/**
 * The scenario as run in that configuration. The lock's TTL is added to each loss and to the end of the load, and
 * everything after a loss is delayed by as much. A change of the load's rate is delayed after permanent losses as well.
 */
export function outlasting(scenario: Scenario, { patroni }: Pick<Config, "patroni">): Scenario {
  if (patroni === null) return scenario;
  const { ttlSeconds } = patroni;
  const endOf = ({ afterSeconds, healAfterSeconds }: FaultSpec) => afterSeconds + (healAfterSeconds ?? 0);
  const losses = scenario.faults.filter((fault) => TAKES_THE_PRIMARY.includes(fault.kind) && fault.healAfterSeconds);
  const ends = [...new Set(losses.map(endOf))];
  const later = (seconds: number) => seconds + ttlSeconds * ends.filter((end) => end <= seconds).length;
  const faults = scenario.faults.map((fault): FaultSpec => {
    const afterSeconds = later(fault.afterSeconds);
    if (fault.healAfterSeconds === undefined) return { ...fault, afterSeconds };
    return { ...fault, afterSeconds, healAfterSeconds: later(endOf(fault)) - afterSeconds };
  });
  const orders = scenario.orders.map((order) => ({ ...order, afterSeconds: later(order.afterSeconds) }));
  const load = {
    ...scenario.load,
    afterSeconds: scenario.load.afterSeconds + ttlSeconds,
    ...laterShape(scenario, ttlSeconds),
  };
  return { ...scenario, faults, orders, load };
}

function laterShape({ load: { shape }, faults }: Scenario, ttlSeconds: number) {
  if (shape === undefined || shape.kind === "constant") return {};
  const before = faults.filter(
    ({ kind, afterSeconds }) => TAKES_THE_PRIMARY.includes(kind) && afterSeconds <= shape.afterSeconds,
  );
  return { shape: { ...shape, afterSeconds: shape.afterSeconds + ttlSeconds * before.length } };
}
