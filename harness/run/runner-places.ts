/** Where the load's runners are placed: in the system's own network, or one in each client network. */
import { placesBeside, type RunnerPlace } from "../load/k6.ts";
import { RUNNER_NAMES, type RunnerName } from "../model/load/runners.ts";
import type { Config } from "../model/plan/config.ts";
import type { PrivateLinkSettings } from "../model/plan/private-link.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import { SITES } from "../model/plan/site.ts";
import type { Run } from "../model/record/run.ts";
import type { System } from "../system/system.ts";

type Around = Pick<System, "edge" | "runBeside" | "readClock" | "privateLink">;

export function placesOf(
  system: Around,
  { load }: Pick<Scenario, "load">,
  config: Pick<Config, "privateLink">,
): RunnerPlace[] {
  const { privateLink, readClock } = system;
  if (privateLink === null || config.privateLink === null) return placesBeside(system, load.runners);
  const environment = environmentOf(config.privateLink);
  return SITES.map((side, i) => ({
    ...{ runner: RUNNER_NAMES[i] as RunnerName, readClock, environment },
    runBeside: (program) => privateLink.runBeside(side, program),
    fromBeside: async () => ({ baseUrl: privateLink.baseUrl, headers: {} }),
  }));
}

/** Makes k6 resolve names and keep connections as these clients do, and the script record which address answered. */
function environmentOf({ dnsCacheSeconds, connections }: PrivateLinkSettings): Record<string, string> {
  return {
    FHIRDRILL_TELL_ADDRESS: "true",
    K6_DNS: `ttl=${dnsCacheSeconds}s,select=random,policy=preferIPv4`,
    ...(connections === "fresh" ? { K6_NO_CONNECTION_REUSE: "true" } : {}),
  };
}

/** For the record: the runner and the endpoint address of each network. */
export function networksOf(
  { privateLink }: Pick<System, "privateLink">,
  runners: readonly RunnerName[],
): Run["privateLink"] {
  if (privateLink === null) return null;
  const [a, b] = runners;
  if (a === undefined || b === undefined) throw new Error("each client network needs a runner of its own");
  const { endpoints } = privateLink;
  return { a: { runner: a, endpoint: endpoints.a }, b: { runner: b, endpoint: endpoints.b } };
}
