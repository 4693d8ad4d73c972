/** How the judge is broken, place by place; see `docs/mutation.md`. */
export default {
  mutate: [
    "harness/check/*.ts",
    "harness/history/*.ts",
    "harness/stats/*.ts",
    "harness/model/clock.ts",
    "!harness/**/*.test.ts",
    // What tests only use: made-up records, and the second implementations.
    "!harness/check/{planted,obvious}-*.ts",
  ],
  plugins: ["@stryker-mutator/vitest-runner", "./test/mutation/prose.mjs"],
  ignorers: ["prose"],
  testRunner: "vitest",
  vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
  // TypeScript 7 has no API for it to read one with.
  tsconfigFile: "none",
  coverageAnalysis: "perTest",
  concurrency: 2,
  // A mutant that runs this much longer than the tests took is counted as noticed.
  timeoutMS: 10_000,
  ignorePatterns: [".cache", "results", "docker"],
  tempDirName: ".cache/mutation/sandbox",
  reporters: ["clear-text", "json", "progress-append-only"],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false, allowEmojis: false },
  jsonReporter: { fileName: ".cache/mutation/report.json" },
  // Measured: 95.4 % (docs/mutation.md).
  thresholds: { high: 100, low: 90, break: 90 },
};
