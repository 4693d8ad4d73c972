/**
 * A side that follows is taken down and up again in good order, as for an upgrade: its server, its database, and it is
 * back when it follows and its server is ready.
 */
import type { Side } from "../model/side.ts";
import { handleOf } from "../topology/container.ts";
import { startHapiAgain, stopHapi } from "../topology/hapi.ts";
import { untilReady } from "../topology/postgres.ts";
import { startFollowing } from "../topology/replication.ts";
import { carryOut, type Duty, type Ending, Refusal } from "./duty.ts";

const STOP_SECONDS = 20;

export function restart(duty: Duty, side: Side): Promise<Ending> {
  const { topology, state, signal } = duty;
  const { engine, hapi, postgres } = topology;
  return carryOut(duty, "restart", side, async (step) => {
    if (state.follower !== side) throw new Refusal(`${side.toUpperCase()} follows nobody, so others may depend on it`);
    await step("restarted", side, async () => {
      await stopHapi(engine, hapi[side]);
      await handleOf(engine, postgres[side].container).restart({ t: STOP_SECONDS });
      await untilReady(engine, postgres[side], signal);
      await startHapiAgain(engine, hapi[side], signal);
    });
    await step("following", side, () => startFollowing(postgres[side], signal));
  });
}
