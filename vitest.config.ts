import { availableParallelism, totalmem } from "node:os";
import { defineConfig } from "vitest/config";

// Vite takes the folder for a URL. Drills and all other commands do not mind.
if (/[#?]|%[0-9a-f]{2}/i.test(process.cwd())) {
  process.stderr.write(
    `error: tests cannot run in ${process.cwd()}\n  why: Vite cannot, in a path with #, ? or %\n   do: move the checkout\n`,
  );
  process.exit(70);
}

// It loads more of Vite.
const { InOrder } = await import("./test/order.ts");

const ROOM_FOR_TWO = 7 * 2 ** 30;
/** Work, and no waiting. */
const NOTHING_STARTED = "test/refused.test.ts";

/** What is measured here must be worth judging, and beside another topology that boots it would not be. */
const MEASURED = ["failover", "whole-life"].map((name) => `test/${name}.test.ts`);

/** How vitest runs what needs containers. */
export const ON_REAL_PARTS = {
  globalSetup: "test/prerequisites.setup.ts",
  // Each worker keeps its topology from file to file.
  isolate: false,
  // A step may take as long as a JVM's start, and the first of a worker waits for its topology as well.
  testTimeout: 240_000,
  hookTimeout: 600_000,
};

export default defineConfig({
  test: {
    // A worker that ends removes its topology.
    teardownTimeout: 60_000,
    sequence: { sequencer: InOrder },
    projects: [
      {
        test: {
          name: "unit",
          isolate: false,
          // All processors, also while a test waits, and so a group of its own, before those that would be disturbed.
          maxWorkers: availableParallelism() + 1,
          include: [
            "{harness,scenarios,docs,package,bench}/**/*.test.ts",
            "test/{golden,other-server}/*.test.ts",
            NOTHING_STARTED,
          ],
          setupFiles: "test/properties.setup.ts",
          // Properties are work, not waiting: on a busy machine, or with thousands of cases, they take their time.
          testTimeout: 600_000,
        },
      },
      {
        test: {
          name: "browser",
          sequence: { groupOrder: 1 },
          include: ["test/browser/*.test.ts"],
          globalSetup: "test/browser/browser.setup.ts",
          maxWorkers: "100%",
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...ON_REAL_PARTS,
          name: "drill-alone",
          include: MEASURED,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...ON_REAL_PARTS,
          name: "drill",
          include: ["test/*.test.ts"],
          exclude: [NOTHING_STARTED, ...MEASURED],
          // Most of it is waiting: two files run at one time, where there is room for two topologies.
          maxWorkers: totalmem() < ROOM_FOR_TWO ? 1 : 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
