/**
 * Switches the DNS record by which clients find the service to the private endpoint of the new primary, and verifies
 * that clients of both networks see it. People may do that some time after the failover; until then, clients go where
 * they went.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../model/plan/config.ts";
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { StepDetails } from "../model/record/detail.ts";
import { until } from "../system/waiting.ts";
import type { Operated } from "./duty.ts";

/** Resolvers check for a new zone once a second. */
const SEEN_MS = 5000;

/** `null`: there is no record to switch, or nobody switches it. */
export function recordSecondsOf({ privateLink }: Pick<Config, "privateLink">): number | null {
  return privateLink?.recordSeconds ?? null;
}

interface Switching {
  system: Pick<Operated, "privateLink">;
  config: Pick<Config, "privateLink">;
  signal: AbortSignal;
}

export async function switchRecord(
  { system, config, signal }: Switching,
  to: SiteName,
): Promise<StepDetails["record-switched"]> {
  const { privateLink } = system;
  if (privateLink === null) throw new Error("the system has no private link");
  await sleep((recordSecondsOf(config) ?? 0) * 1000, undefined, { signal });
  const serial = await privateLink.switchRecord(to);
  const address = privateLink.endpoints[to];
  let found: (string | null)[] = [];
  const waiting = {
    what: `clients to find the endpoint of ${to.toUpperCase()}`,
    deadlineMs: SEEN_MS,
    everyMs: 50,
    signal,
  };
  await until(waiting, async () => {
    found = await Promise.all(SITES.map((side) => privateLink.lookUp(side)));
    // A lost network's resolver answers nobody, and has the new zone when it comes back.
    return found.includes(address) && found.every((each) => each === null || each === address);
  }).catch(() => signal.throwIfAborted());
  const [foundInA = null, foundInB = null] = found;
  return { serial, foundInA, foundInB };
}
