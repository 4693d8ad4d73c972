/** The commands by which people remove what is left of a run whose owner cannot be judged from here. */
import { RUN_LABEL } from "./ownership.ts";

/** Labels are untrusted text, and these lines are meant for a shell. */
const PLAIN = /^[\w.-]+$/;

/** None for a run whose name a shell would take for more than a word. */
export function removalByHand(run: string): string[] {
  if (!PLAIN.test(run)) return [];
  const label = `label=${RUN_LABEL}=${run}`;
  return [`docker rm -f $(docker ps -aq --filter ${label})`, `docker network prune --filter ${label}`];
}
