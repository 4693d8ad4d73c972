/**
 * A clean restart of a following site, server and database, as for an upgrade. The site is back when it follows and its
 * server is ready.
 */
import type { SiteName } from "../model/plan/site.ts";
import { carryOut, type Duty, type Ending, Refusal, type Teller } from "./duty.ts";

/** How a site is restarted: by the operator, or by the system itself on request. */
export interface Restarting {
  follows: () => boolean;
  restart: () => Promise<void>;
  untilFollowing: () => Promise<unknown>;
}

export function restart(duty: Duty, side: SiteName): Promise<Ending> {
  const { system, state, signal } = duty;
  const { hapi, postgres } = system;
  return restartBy(duty, side, {
    follows: () => state.follower === side,
    restart: async () => {
      await hapi[side].stop();
      await postgres[side].restart(signal);
      await hapi[side].startAgain(signal);
    },
    untilFollowing: () => system.replication.untilFollowing(side, signal),
  });
}

export function restartBy(teller: Teller, side: SiteName, { follows, ...does }: Restarting): Promise<Ending> {
  return carryOut(teller, "restart", side, async (step) => {
    if (!follows()) throw new Refusal(`${side.toUpperCase()} follows nobody, so others may depend on it`);
    await step("restarted", side, does.restart);
    await step("following", side, async () => void (await does.untilFollowing()));
  });
}
