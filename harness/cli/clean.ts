/** `clean`: removes what killed drills left behind. Runs of harnesses that live are not touched. */
import { findEngine } from "../topology/engine.ts";
import { removeAbandoned } from "../topology/ownership.ts";
import { print } from "./standard-streams.ts";

export async function cleanCommand(): Promise<number> {
  const engine = await findEngine();
  if (engine === null) {
    print("no container engine answers, so nothing of ours is running\n");
    return 0;
  }
  const { containers, networks, volumes } = await removeAbandoned(engine);
  print(`removed ${containers} containers, ${networks} networks, ${volumes} volumes\n`);
  return 0;
}
