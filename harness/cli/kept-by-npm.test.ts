import { expect, test } from "vitest";
import { keptByNpm } from "./kept-by-npm.ts";

const known = ["config", "fail-on", "json", "config"];
const byNpm = { npm_lifecycle_event: "chaos" };

test("an option that npm has kept for itself is found, each once, and npm's own are not", () => {
  expect(keptByNpm(known, { ...byNpm, npm_config_config: "sync", npm_config_json: "true" })).toEqual(["config"]);
  expect(keptByNpm(known, { ...byNpm, npm_config_fail_on: "" })).toEqual(["fail-on"]);
  expect(keptByNpm(known, { ...byNpm, npm_config_call: "sync" })).toEqual(["config"]);
});

test("without npm, in another of its scripts, and where it kept nothing, there is none", () => {
  expect(keptByNpm(known, byNpm)).toEqual([]);
  expect(keptByNpm(known, { npm_config_config: "sync" })).toEqual([]);
  expect(keptByNpm(known, { npm_lifecycle_event: "test", npm_config_config: "sync" })).toEqual([]);
});
