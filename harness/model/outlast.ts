/**
 * A load goes on until the failover can be over. How long that takes is the configuration's affair: Patroni waits until the lost
 * primary's lock has run out, before anybody may do anything.
 */
import type { Config } from "./config.ts";
import type { Scenario } from "./scenario.ts";

/** The scenario as it is run in that configuration: the time after its last act is longer by the life of the lock. */
export function outlasting(scenario: Scenario, { patroni }: Pick<Config, "patroni">): Scenario {
  if (patroni === null) return scenario;
  return { ...scenario, load: { ...scenario.load, afterSeconds: scenario.load.afterSeconds + patroni.ttlSeconds } };
}
