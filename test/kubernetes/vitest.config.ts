/**
 * Drills of systems in Kubernetes, in a cluster of one node that the tests start, or in the one that
 * FHIRDRILL_TEST_CONTEXT names: a command of its own, because the node is built from source, which takes a quarter of
 * an hour.
 */
import { defineConfig } from "vitest/config";
import { ON_REAL_PARTS } from "../../vitest.config.ts";

const { isolate, testTimeout, hookTimeout } = ON_REAL_PARTS;

export default defineConfig({
  test: {
    ...{ isolate, testTimeout, hookTimeout },
    include: ["test/kubernetes/*.test.ts"],
    globalSetup: "test/kubernetes/images.setup.ts",
    // One at a time: there is one node, and its drills must be worth judging.
    maxWorkers: 1,
    teardownTimeout: 120_000,
  },
});
