/**
 * Freezes a container. With cgroup v1 the engine fails ("unable to freeze") when a process of the container forks at that
 * moment, and leaves it running; a moment later it succeeds.
 */
import { setTimeout } from "node:timers/promises";
import { reasonOf } from "../../model/program/failure.ts";

const TIMES = 5;
const AGAIN_MS = 50;

export async function pause(handle: { pause: () => Promise<unknown> }): Promise<void> {
  for (let time = 1; ; time += 1)
    try {
      await handle.pause();
      return;
    } catch (error) {
      if (time === TIMES || !reasonOf(error).includes("unable to freeze")) throw error;
      await setTimeout(AGAIN_MS);
    }
}
