/** The tests that run against a mutant. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: (process.env.FACED_BY as string).split(","),
    setupFiles: "test/mutation/properties.setup.ts",
    isolate: false,
    testTimeout: 600_000,
  },
});
