/**
 * What a drill has only if it is asked for (devices, client networks, vaults, loads of other forms and of several runners), on
 * real components: a command of its own, because `npm test` should take no more than a quarter of an hour.
 */
import { defineConfig } from "vitest/config";
import { ON_REAL_PARTS } from "../../vitest.config.ts";

export default defineConfig({
  test: {
    ...ON_REAL_PARTS,
    include: ["test/extensions/*.test.ts"],
    // What is drilled in them must be worth judging.
    maxWorkers: 1,
    teardownTimeout: 60_000,
  },
});
