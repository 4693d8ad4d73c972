/**
 * `clean`: removes what killed drills left behind, but no run whose process is alive. With `--system`, it deletes what drills
 * wrote into that system instead.
 */
import { reachEngine } from "../systems/lab/engine.ts";
import { removeAbandoned } from "../systems/lab/ownership.ts";
import { removalByHand } from "../systems/lab/removal-by-hand.ts";
import { print } from "./standard-streams.ts";

export interface CleanOptions {
  system?: string;
  seed?: number;
}

export async function cleanCommand({ system, seed }: CleanOptions): Promise<number> {
  // Loaded only here: its Kubernetes client takes as long to load as everything else.
  if (system !== undefined) return (await import("./clean-own.ts")).cleanOwn(system, seed);
  const { containers, networks, volumes, unknown } = await removeAbandoned(await reachEngine());
  print(`removed ${containers} containers, ${networks} networks, ${volumes} volumes\n`);
  for (const run of unknown) {
    const commands = removalByHand(run).map((command) => `  ${command}\n`);
    print(`left ${run}: ${WHY_LEFT}\n${commands.join("")}`);
  }
  return 0;
}

const WHY_LEFT = "its owner is not visible from here and may still be running; if it is not, remove the run by hand:";
