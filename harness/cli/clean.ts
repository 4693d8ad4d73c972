/** `clean`: removes what killed drills left behind. Runs of harnesses that live are not touched. */
import { findEngine } from "../topology/engine.ts";
import { removeAbandoned } from "../topology/ownership.ts";

export async function cleanCommand(): Promise<number> {
  const engine = await findEngine();
  if (engine === null) {
    process.stdout.write("no container engine answers, so nothing of ours is running\n");
    return 0;
  }
  const { containers, networks, volumes } = await removeAbandoned(engine);
  process.stdout.write(`removed ${containers} containers, ${networks} networks, ${volumes} volumes\n`);
  return 0;
}
