/**
 * `clean`: removes what killed drills left behind. It does not touch runs whose process is alive. With a system of one's own:
 * deletes what drills wrote there.
 */
import { reachEngine } from "../systems/lab/engine.ts";
import { RUN_LABEL, removeAbandoned } from "../systems/lab/ownership.ts";
import { print } from "./standard-streams.ts";

export interface CleanOptions {
  system?: string;
  seed?: number;
}

export async function cleanCommand({ system, seed }: CleanOptions): Promise<number> {
  // With it comes a client of Kubernetes, which takes as long to load as all else.
  if (system !== undefined) return (await import("./clean-own.ts")).cleanOwn(system, seed);
  const { containers, networks, volumes, unknown } = await removeAbandoned(await reachEngine());
  print(`removed ${containers} containers, ${networks} networks, ${volumes} volumes\n`);
  for (const run of unknown) print(`left ${run}: ${WHY_LEFT}\n${PLAIN.test(run) ? byHand(run) : ""}`);
  return 0;
}

/** Labels are untrusted text, and this output is meant for a shell. */
const PLAIN = /^[\w.-]+$/;

const WHY_LEFT = "its owner cannot be seen from here and may still be running; if it is not, remove it by hand:";

function byHand(run: string): string {
  const label = `label=${RUN_LABEL}=${run}`;
  return `  docker rm -f $(docker ps -aq --filter ${label})\n  docker network prune --filter ${label}\n`;
}
