/**
 * The nightly workflow's command, with one short drill instead of all: real components, real pages, read as CI reads
 * them.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { SettingsInput } from "../harness/model/plan/settings.ts";
import { allRuns } from "../harness/store/results.ts";
import { PROJECT, test } from "./command.ts";

const SETTINGS: SettingsInput = {
  load: { ratePerSecond: 10, warmUpSeconds: 6, baselineSeconds: 4, afterSeconds: 10 },
};
/** A fresh checkout has no results of its own. */
const NOT_THERE = [".git", "results", "fhirdrill.config.ts"];

/** A checkout with a shorter load in its settings; everything else is linked from this one. */
function makeCheckout(path: string): void {
  mkdirSync(path);
  for (const name of readdirSync(PROJECT))
    if (!NOT_THERE.includes(name)) symlinkSync(join(PROJECT, name), join(path, name));
  writeFileSync(join(path, "fhirdrill.config.ts"), `export default ${JSON.stringify(SETTINGS)};\n`);
}

test("the command of the nightly workflow, with one drill in place of all", async ({
  commands: { folder, results, shell },
}) => {
  const checkout = join(folder, "a checkout");
  makeCheckout(checkout);
  const workflow = readFileSync(new URL("../.github/workflows/nightly.yml", import.meta.url), "utf8");
  const [, command] = /run: (npm run chaos -- nightly .*)/.exec(workflow) ?? [];
  const night = shell(`${command} --scenarios region-loss --configs async --repeat 1`, checkout);
  expect(await night.exited, night.text()).toBe(0);
  const [id] = readdirSync(join(results, "matrix"));
  const nightly = (name: string) => readFileSync(join(results, "matrix", id as string, name), "utf8");
  expect(JSON.parse(nightly("night.json"))).toMatchObject({ runs: 1, regressions: [] });
  expect(nightly("junit.xml")).toContain('<testsuite name="region-loss × async"');
  expect(nightly("summary.md")).toContain("First night: nothing to compare with yet");
  const [run = ""] = allRuns(results).runs;
  expect(readFileSync(join(run, "report.html"), "utf8")).toContain("region-loss");
  expect(JSON.parse(readFileSync(join(run, "run.json"), "utf8")).scenario.load).toMatchObject(SETTINGS.load as object);
}, 300_000);
