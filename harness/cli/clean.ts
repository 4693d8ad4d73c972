/** `clean`: removes what killed drills left behind. Runs of harnesses that live are not touched. */
import { reachEngine } from "../topology/engine.ts";
import { removeAbandoned } from "../topology/ownership.ts";

export async function cleanCommand(): Promise<number> {
  const { containers, networks, volumes } = await removeAbandoned(await reachEngine());
  process.stdout.write(`removed ${containers} containers, ${networks} networks, ${volumes} volumes\n`);
  return 0;
}
