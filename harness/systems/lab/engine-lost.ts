/**
 * Detects the death of the engine by polling: calls that wait for a container would wait forever.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, engineGone } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";

const PING_EVERY_MS = 1000;
const PINGS = 3;

export async function whenEngineIsLost(engine: Engine, signal: AbortSignal): Promise<never> {
  for (let silent = 0; silent < PINGS; ) {
    await sleep(PING_EVERY_MS, undefined, { signal });
    silent = await dockerOf(engine)
      .ping()
      .then(
        () => 0,
        () => silent + 1,
      );
  }
  throw engineGone(new Error("it does not answer any more"));
}
