/**
 * Freezes a container. An engine on version 1 of the kernel's control groups gives up when a process of the container begins
 * another one just then ("unable to freeze"), and has left it running: a moment later it can be done.
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
