import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CONFIGS } from "../scenarios/configs.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { PROMISES, promisesTable } from "./promises.ts";

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-promises-"));
afterAll(() => rmSync(folder, { recursive: true }));

function kept(config: string, run: string, verdict: string): void {
  const path = join(folder, "region-loss", config, run);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "verdict.json"), JSON.stringify({ verdict }));
}
const promise = (config: string) => ({
  number: 4,
  what: "It goes on",
  drill: ["region-loss", config] as const,
  seenIn: "`rto`",
});
const line = (config: string) =>
  promisesTable(folder, [promise(config)])
    .split("\n")
    .at(-1);

test("all fifteen promises are there, and each drill names an existing scenario and configuration", () => {
  expect(PROMISES.map(({ number }) => number)).toEqual([...Array(15).keys()].map((i) => i + 1));
  const [scenarios, configs] = [SCENARIOS, CONFIGS].map((all) => all.map(({ name }) => name));
  for (const { drill } of PROMISES) {
    if (drill === null) continue;
    expect(scenarios).toContain(drill[0]);
    expect(configs).toContain(drill[1]);
  }
});

test("the newest verdict is shown, in bold if it does not hold", () => {
  kept("async", "2026-11-25T10-00-00Z-aaaa", "broken");
  kept("async", "2026-11-28T10-00-00Z-0000", "holds");
  expect(line("async")).toBe(
    "| 4 | It goes on | `region-loss --config async`: [holds](../measured/region-loss/async/2026-11-28T10-00-00Z-0000/verdict.json), 2026-11-28 | `rto` |",
  );
  kept("async", "2026-11-29T10-00-00Z-bbbb", "inconclusive");
  expect(line("async")).toContain("[**inconclusive**](../measured/region-loss/async/2026-11-29");
});

test("a promise without a drill is marked as not drilled, and a drill without a run is an error", () => {
  expect(promisesTable(folder, [{ ...promise("async"), drill: null }])).toContain("| not drilled yet |");
  mkdirSync(join(folder, "region-loss", "sync"));
  expect(() => line("sync")).toThrow("measured/ has no run of region-loss × sync");
});
