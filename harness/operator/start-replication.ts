/**
 * Switches disaster recovery on for a server that already holds data and is being written to: B gets a copy of all that A
 * holds and follows from there; then its sequences are moved out of A's way, it is fenced, and its FHIR server started,
 * never before: on an empty database it would make rows of its own, and the copy would collide with them.
 */
import { carryOut, type Duty, type Ending, Refusal } from "./duty.ts";

/** By volume it takes minutes to hours; a drill is over before. */
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
      // To count takes its time, too, and is no part of it.
      const seconds = (reports.now() - beganMs) / 1000;
      return { seconds, ...(await replication.copied("b")) };
    });
    await step("following", "b", () => replication.makeStandby());
    await step("restarted", "b", () => system.startHapiB(signal));
    state.follower = "b";
  });
}
