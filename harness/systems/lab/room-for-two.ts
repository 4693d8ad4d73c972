/** Whether the engine's machine has memory for the labs of two drills at once. */
import { findEngine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";

/** Bytes of memory. The largest lab takes about 4 GiB. */
const ROOM = 8 * 2 ** 30;

/** `false` while no engine runs: call again after starting one. */
export async function hasRoomForTwo(): Promise<boolean> {
  const engine = await findEngine();
  if (engine === null) return false;
  const { MemTotal } = (await dockerOf(engine).info()) as { MemTotal: number };
  return MemTotal >= ROOM;
}
