/**
 * `test` with a topology for test files that leave it as they found it or can work with a used one. Each worker starts
 * one, as in `async`, when a file first needs it; a damaged one is repaired for the next file.
 */
import { test as plain } from "vitest";
import type { Config } from "../harness/model/plan/config.ts";
import { CONFIGS } from "../scenarios/configs.ts";
import { makeWhole } from "./make-whole.ts";
import { startForTest } from "./small-drill.ts";

export const configNamed = (name: string) => CONFIGS.find((config) => config.name === name) as Config;

export const test = plain
  .extend("async", { scope: "worker" }, configNamed("async"))
  .extend("started", { scope: "worker" }, async ({ async }, { onCleanup }) => {
    // One site has a disk and a clock of its own, for the faults that fill the disk and set the clock.
    const started = await startForTest(async, { smallDisks: ["b"], ownClocks: ["b"] });
    onCleanup(() => started.topology.release());
    return started;
  })
  .extend("prerequisites", { scope: "worker" }, ({ started }) => started.prerequisites)
  .extend("topology", { scope: "file" }, async ({ started }) => {
    await makeWhole(started.topology);
    return started.topology;
  });
