/** How the judge is broken, place by place; see `docs/mutation.md`. */

export const BROKEN = ["harness/{check,record,stats}/*.ts", "harness/model/record/clock.ts"];
export const TESTS = "harness/{check,record,stats,model}/**/*.test.ts";
export const REPORT = ".cache/mutation/report.json";

export default {
  plugins: ["@stryker-mutator/vitest-runner", "./test/mutation/prose.mjs"],
  ignorers: ["prose"],
  testRunner: "vitest",
  vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
  // TypeScript 7 has no API with which Stryker could read one.
  tsconfigFile: "none",
  coverageAnalysis: "perTest",
  concurrency: 2,
  // A mutant whose tests run this much longer counts as noticed.
  timeoutMS: 10_000,
  ignorePatterns: [".cache", "dist", "results", "docker"],
  tempDirName: ".cache/mutation/sandbox",
  reporters: ["json"],
  logLevel: "warn",
  jsonReporter: { fileName: REPORT },
};
