/** The one topology of the tests in this folder, as `async` has it; each of them leaves it as it found it. */
import { afterAll, beforeAll } from "vitest";
import type { Config } from "../../harness/model/config.ts";
import type { Ground } from "../../harness/run/set-up.ts";
import type { Topology } from "../../harness/topology/topology.ts";
import { CONFIGS } from "../../scenarios/configs.ts";
import { startForTest } from "../small-drill.ts";

export const config = CONFIGS.find(({ name }) => name === "async") as Config;

/** There from the first test on. */
export let topology: Topology;
export let ground: Ground;

export function startBeforeAll(): void {
  // One side has a disk and a clock of its own, for the faults that fill the one and set the other.
  beforeAll(async () => {
    ({ topology, ground } = await startForTest(config, { smallDisks: ["b"], ownClocks: ["b"] }));
  });
  afterAll(() => topology?.remove());
}
