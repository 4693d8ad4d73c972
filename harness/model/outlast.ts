/**
 * What is lost stays so until the failover can be over, and the load goes on until then. How long a failover takes is the
 * configuration's affair: Patroni waits until the lost primary's lock has run out, before anybody may do anything.
 */
import type { Config } from "./config.ts";
import type { FaultSpec } from "./fault.ts";
import type { Scenario } from "./scenario.ts";

/** Whoever comes back from these sooner still has its lock, and is the primary as before. */
const TAKES_THE_PRIMARY: readonly FaultSpec["kind"][] = ["region-loss", "freeze"];

/**
 * The scenario as it is run in that configuration. The life of the lock comes to each loss and to the end of the load, and
 * whatever else is done after a loss comes later by as much.
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
  const load = { ...scenario.load, afterSeconds: scenario.load.afterSeconds + ttlSeconds };
  return { ...scenario, faults, orders, load };
}
