/**
 * A following site is taken down and up again cleanly, as for an upgrade: its server and its database. It is back when
 * it follows and its server is ready.
 */
import type { Side } from "../model/side.ts";
import { carryOut, type Duty, type Ending, Refusal } from "./duty.ts";

export function restart(duty: Duty, side: Side): Promise<Ending> {
  const { system, state, signal } = duty;
  const { hapi, postgres } = system;
  return carryOut(duty, "restart", side, async (step) => {
    if (state.follower !== side) throw new Refusal(`${side.toUpperCase()} follows nobody, so others may depend on it`);
    await step("restarted", side, async () => {
      await hapi[side].stop();
      await postgres[side].restart(signal);
      await hapi[side].startAgain(signal);
    });
    await step("following", side, () => system.replication.untilFollowing(side, signal));
  });
}
