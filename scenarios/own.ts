/** The scenarios of a system of one's own: one for each fault that its description allows. */

import type { Config } from "../harness/model/plan/config.ts";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import type { OwnSystem } from "../harness/model/plan/own-system.ts";
import type { Scenario } from "../harness/model/plan/scenario.ts";
import { given } from "../harness/model/program/given.ts";
import { CONFIGS } from "./configs.ts";
import { regionLoss } from "./region-loss.ts";

/** How long their failover takes is unknown. A minute each, for the fault and then for the load, covers most. */
const LASTS_SECONDS = 60;
const AFTER_SECONDS = 60;

/** The system as a configuration. The settings that it shares with a lab's have no meaning for it. */
export function configOf(name: string, { is, fhir, observe, clientRetry, objectives }: OwnSystem): Config {
  const [first] = CONFIGS as [Config];
  return {
    ...first,
    ...{ name, is, clientRetry, proxy: "balanced", fencing: false, patroni: null },
    own: { base: fhir.base, observed: observe.primary !== undefined },
    objectives: { ...first.objectives, ...given(objectives) },
  };
}

/** One for each fault of each target, each hook and each known switchover, in the order of the description. */
export function scenariosOf({ targets, hooks, switchover = {} }: OwnSystem): Scenario[] {
  return [
    ...Object.entries(targets).flatMap(([target, { site, find }]) => {
      const at = { target, ...(site === undefined ? {} : { side: site }), afterSeconds: 0 };
      if ("pod" in find) return scenariosOfPod(at);
      return [
        lostBy(`${target}-loss`, `The container of ${target} is killed and stays down for a minute`, {
          ...{ kind: "target-loss" as const, ...at, healAfterSeconds: LASTS_SECONDS },
        }),
        lostBy(`${target}-crash`, `The main process of ${target} dies, and its own restart policy acts`, {
          ...{ kind: "target-crash" as const, ...at },
        }),
        lostBy(`${target}-freeze`, `${target} freezes for a while, then resumes`, {
          ...{ kind: "target-freeze" as const, ...at, healAfterSeconds: LASTS_SECONDS },
        }),
        lostBy(`${target}-starvation`, `${target} gets a twentieth of a processor for a while`, {
          ...{ kind: "target-starvation" as const, ...at, cores: 0.05, healAfterSeconds: LASTS_SECONDS },
        }),
        lostBy(`${target}-isolation`, `All packets of ${target} are dropped for a while, and nothing is refused`, {
          ...{ kind: "target-isolation" as const, ...at, healAfterSeconds: LASTS_SECONDS },
        }),
      ];
    }),
    ...Object.keys(hooks).map((hook) =>
      lostBy(hook, `The hook ${hook} breaks something for a while`, {
        ...{ kind: "hook" as const, hook, afterSeconds: 0, healAfterSeconds: LASTS_SECONDS },
      }),
    ),
    ...(["a", "b"] as const).filter((to) => switchover[to] !== undefined).map(switchoverTo),
  ];
}

function scenariosOfPod(at: { target: string; side?: "a" | "b"; afterSeconds: number }): Scenario[] {
  const { target } = at;
  return [
    lostBy(`${target}-kill`, `The pod of ${target} is deleted, and its controller creates another`, {
      ...{ kind: "pod-kill", ...at },
    }),
    lostBy(`${target}-crash`, `The main process of ${target} dies, and its pod's restart policy acts`, {
      ...{ kind: "target-crash", ...at },
    }),
    lostBy(`${target}-isolation`, `All packets of ${target} are dropped for a while, and nothing is refused`, {
      ...{ kind: "target-isolation", ...at, healAfterSeconds: LASTS_SECONDS },
    }),
    lostBy(`${target}-drain`, `The node of ${target} is drained, and takes pods again after a minute`, {
      ...{ kind: "node-drain", ...at, healAfterSeconds: LASTS_SECONDS },
    }),
  ];
}

function lostBy(name: string, what: string, fault: FaultSpec): Scenario {
  return {
    ...regionLoss,
    name,
    asks: `${what}, under load. Which writes are lost, and how long can nobody write?`,
    goodAnswer: "Clients write again through the same address, and every acknowledged write is served.",
    load: { ...regionLoss.load, afterSeconds: AFTER_SECONDS },
    faults: [fault],
  };
}

function switchoverTo(to: "a" | "b"): Scenario {
  return {
    ...regionLoss,
    name: `switchover-to-${to}`,
    asks: `${to.toUpperCase()} becomes the primary in a planned switchover, under load. What do clients notice?`,
    goodAnswer: "A short pause, and nothing is lost.",
    load: { ...regionLoss.load, afterSeconds: AFTER_SECONDS },
    faults: [],
    orders: [{ kind: "switchover", to, afterSeconds: 0 }],
    disaster: null,
  };
}
