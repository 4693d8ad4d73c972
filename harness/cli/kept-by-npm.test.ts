import { expect, test } from "vitest";
import { keptByNpm } from "./kept-by-npm.ts";

const known = ["config", "fail-on", "json", "config"];
const byNpm = { npm_lifecycle_event: "chaos" };

test("options kept by npm are found, each once, but not npm's own", () => {
  expect(keptByNpm(known, { ...byNpm, npm_config_config: "sync", npm_config_json: "true" })).toEqual(["config"]);
  expect(keptByNpm(known, { ...byNpm, npm_config_fail_on: "" })).toEqual(["fail-on"]);
  expect(keptByNpm(known, { ...byNpm, npm_config_call: "sync" })).toEqual(["config"]);
});

test("there is none without npm, in another script, or if npm kept nothing", () => {
  expect(keptByNpm(known, byNpm)).toEqual([]);
  expect(keptByNpm(known, { npm_config_config: "sync" })).toEqual([]);
  expect(keptByNpm(known, { npm_lifecycle_event: "test", npm_config_config: "sync" })).toEqual([]);
});
