/** Whether the engine's machine can hold the labs of two drills at once. */
import { findEngine } from "./engine.ts";

/** In bytes, of its memory. The largest lab takes about four gibibytes. */
const ROOM = 8 * 2 ** 30;

/** Not where no engine runs yet: whoever starts it can ask again. */
export async function hasRoomForTwo(): Promise<boolean> {
  const engine = await findEngine();
  if (engine === null) return false;
  const { MemTotal } = (await engine.container.dockerode.info()) as { MemTotal: number };
  return MemTotal >= ROOM;
}
