import { defineConfig } from "vitest/config";

// Vite takes the folder for a URL. Drills and all other commands do not mind.
if (/[#?]|%[0-9a-f]{2}/i.test(process.cwd())) {
  process.stderr.write(
    `error: tests cannot run in ${process.cwd()}\n  why: Vite cannot, in a path with #, ? or %\n   do: move the checkout\n`,
  );
  process.exit(70);
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          isolate: false,
          // All processors, and so a group of its own, before those that would be disturbed.
          maxWorkers: "100%",
          include: ["{harness,scenarios,docs}/**/*.test.ts", "test/golden/*.test.ts"],
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
          testTimeout: 120_000,
          // On a fresh machine the browser is installed first.
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: "drill",
          include: ["test/*.test.ts"],
          globalSetup: "test/ground.setup.ts",
          // One topology serves all: files run one after the other, and a step may take as long as a JVM's start.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
