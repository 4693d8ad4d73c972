/**
 * Sets up disaster recovery for a server that already holds data and is being written to. B gets a copy of A's data and
 * follows from there. Then its sequences are moved to a range that A never uses, B is fenced, and only then its FHIR
 * server is started: on an empty database, it would create rows of its own, and the copy would collide with them.
 */
import { carryOut, type Duty, type Ending, Refusal } from "./duty.ts";

/** The copy takes minutes to hours, depending on its size; the drill ends before this. */
const COPY_DEADLINE_MS = 3_600_000;

export function startReplication(duty: Duty): Promise<Ending> {
  const { system, state, reports, signal } = duty;
  const { replication } = system;
  return carryOut(duty, "start-replication", "b", async (step) => {
    if (state.follower !== null || state.primary !== "a") throw new Refusal("B follows A already, or has followed it");
    await replication.publish();
    await step("copied", "b", async () => {
      const beganMs = reports.now();
      await replication.copy("b", { signal, deadlineMs: COPY_DEADLINE_MS });
      // Before counting, which takes time too and is not part of the copy.
      const seconds = (reports.now() - beganMs) / 1000;
      return { seconds, ...(await replication.copied("b")) };
    });
    await step("following", "b", () => replication.makeStandby());
    await step("restarted", "b", () => system.startHapiB(signal));
    state.follower = "b";
  });
}
