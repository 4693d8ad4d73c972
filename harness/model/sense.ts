/**
 * Which scenarios make no sense in which configurations: what would be measured there is not what was asked, and is
 * better refused than run.
 */
import type { Config } from "./config.ts";
import type { FaultSpec } from "./fault.ts";
import { loadTimes, type Scenario } from "./scenario.ts";

type Rule = (scenario: Scenario, config: Config) => string | null;

const switchesOver = ({ orders }: Scenario) => orders.some(({ kind }) => kind === "switchover");

const servesAcross = ({ orders }: Scenario) => orders.some(({ kind }) => kind === "serve-across");

/** What was tried on its own parts. The others are done to parts that are not there, or were never seen to be active there. */
const DONE_TO_PATRONI: readonly FaultSpec["kind"][] = [
  ...(["region-loss", "process-kill", "freeze", "database-crash", "connection-exhaustion"] as const),
  ...(["link-cut", "link-latency", "packet-drop", "dcs-loss", "dcs-partition"] as const),
];

const RULES: readonly Rule[] = [
  ({ faults }, { patroni }) => {
    const kinds = faults.map(({ kind }) => kind).filter((kind) => !DONE_TO_PATRONI.includes(kind));
    return patroni !== null && kinds.length > 0 ? `nobody has tried ${kinds.join(", ")} with Patroni yet` : null;
  },
  ({ start }, { patroni }) =>
    patroni !== null && !start.replicated ? "Patroni copies A to B before anything else is done" : null,
  (scenario, { proxy }) =>
    servesAcross(scenario) && proxy !== "latched"
      ? `clients are sent to another server by order, and a ${proxy} proxy takes none`
      : null,
  (scenario, { proxy, patroni }) =>
    switchesOver(scenario) && patroni === null && proxy !== "latched"
      ? `sides are changed by order, and a ${proxy} proxy takes none: requests would go on to the side that is left`
      : null,
  (scenario, { fencing, patroni }) =>
    switchesOver(scenario) && patroni === null && !fencing
      ? "sides are changed without a loss only when the old one can no longer be written to, and nobody fences it"
      : null,
  ({ faults }, { operator }) =>
    operator.strandedWrites === "replay" &&
    faults.some(({ kind, healAfterSeconds }) => kind === "region-loss" && healAfterSeconds === undefined)
      ? "the lost region does not come back, so there is nothing that could be written again"
      : null,
  (scenario, { operator }) => {
    if (scenario.disaster === null) return null;
    const { faults, end } = loadTimes(scenario);
    const left = end - faults - (scenario.faults[scenario.disaster]?.afterSeconds ?? 0);
    return operator.decisionSeconds >= left
      ? `the load ends ${left} s after the disaster, and the decision alone takes ${operator.decisionSeconds} s`
      : null;
  },
];

/** Why the two do not go together; `null` when they do. */
export function nonsense(scenario: Scenario, config: Config): string | null {
  for (const rule of RULES) {
    const why = rule(scenario, config);
    if (why !== null) return why;
  }
  return null;
}
