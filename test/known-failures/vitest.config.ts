/**
 * Known failures of such systems, on real components and one at a time: a command of its own, because `npm test` should
 * take no more than a quarter of an hour.
 */
import { defineConfig } from "vitest/config";
import { ON_REAL_PARTS } from "../../vitest.config.ts";

export default defineConfig({
  test: {
    ...ON_REAL_PARTS,
    include: ["test/known-failures/*.test.ts"],
    maxWorkers: 1,
    // A worker that ends removes its topology.
    teardownTimeout: 60_000,
  },
});
