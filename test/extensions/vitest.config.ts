/**
 * Optional features of a drill (devices, client networks, vaults, other shapes of load, several runners), on real
 * components: a command of its own, because `npm test` should take no more than a quarter of an hour.
 */
import { defineConfig } from "vitest/config";
import { ON_REAL_PARTS } from "../../vitest.config.ts";

export default defineConfig({
  test: {
    ...ON_REAL_PARTS,
    include: ["test/extensions/*.test.ts"],
    // One at a time: their drills must be worth judging.
    maxWorkers: 1,
    teardownTimeout: 60_000,
  },
});
