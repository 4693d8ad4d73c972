/** The tests that a broken judge has to face: its own, and those of what it judges by. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["harness/{check,history,stats,model}/**/*.test.ts"],
    setupFiles: "test/mutation/properties.setup.ts",
    isolate: false,
    testTimeout: 600_000,
  },
});
