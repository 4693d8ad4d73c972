import { expect, test } from "vitest";
import { CONFIGS } from "../../scenarios/configs.ts";
import { exportAcrossFailover } from "../../scenarios/export-across-failover.ts";
import { fullCircle } from "../../scenarios/full-circle.ts";
import { LONG, SCENARIOS } from "../../scenarios/index.ts";
import { regionLoss } from "../../scenarios/region-loss.ts";
import type { Config } from "../model/plan/config.ts";
import { actsOf, type Scenario } from "../model/plan/scenario.ts";
import { planText } from "./plan-text.ts";

const told = (command: string) => ({ command, freeBytes: 1e12 });
const [config] = CONFIGS as [Config];

test("every act stands at its time, and the disaster is named once", () => {
  const text = planText(fullCircle, config, told("npm run chaos -- run full-circle"));
  const { warmUpSeconds, baselineSeconds } = fullCircle.load;
  for (const act of actsOf(fullCircle)) {
    const { kind } = act.does === "order" ? act.order : act.fault;
    const word = act.does === "order" ? "operation" : act.does === "heal" ? "healed" : "fault";
    expect(text).toMatch(
      new RegExp(`^ +${warmUpSeconds + baselineSeconds + act.afterSeconds} s {2}${word}: ${kind}`, "m"),
    );
  }
  expect(text.replaceAll(/\s+/g, " ").match(/RPO and RTO are measured from here/g)).toHaveLength(1);
});

test("what was promised stands there, and what was not does not", () => {
  const objectives = { rpoSeconds: 1, rtoSeconds: 2, lostWrites: 3, redundancySeconds: null, availability: null };
  const text = planText(fullCircle, { ...config, objectives }, told(""));
  expect(text).toContain("objectives   RPO 1 s, RTO 2 s, at most 3 writes lost\n");
});

test("several runners are told, and of one there is no word", () => {
  const by = (runners: number) => planText({ ...fullCircle, load: { ...fullCircle.load, runners } }, config, told(""));
  expect(by(4).replaceAll(/\s+/g, " ")).toContain("; 4 runners share it");
  expect(by(1)).toBe(planText(fullCircle, config, told("")));
});

test("where the rate changes, each change stands at its time, and of a constant rate there is no word", () => {
  const shaped = (shape: Scenario["load"]["shape"]) =>
    planText({ ...regionLoss, load: { ...regionLoss.load, shape } }, config, told("")).replaceAll(/ +/g, " ");
  const spike = shaped({ kind: "spike", afterSeconds: 5, seconds: 10, times: 2 });
  expect(spike).toContain(
    "\n 30 s the rate rises to 60 writes/s\n 40 s the rate is 30 writes/s again\n 55 s the load ends",
  );
  const ramp = shaped({ kind: "ramp", afterSeconds: 5, seconds: 10, times: 2 });
  expect(ramp).toContain("\n 30 s the rate rises evenly, to 60 writes/s within 10 s\n 55 s the load ends");
  const steps = shaped({ kind: "step", afterSeconds: 0, seconds: 5, by: 1, steps: 2 });
  expect(steps).toContain(
    "\n 25 s the rate rises to 60 writes/s\n 30 s the rate rises to 90 writes/s\n 35 s the rate is 30",
  );
  expect(shaped(undefined)).toBe(shaped({ kind: "constant" }));
  expect(shaped(undefined)).not.toContain("the rate is");
});

test("reads beside the writes are told, and of none there is no word", () => {
  const reads = { ratePerSecond: 10, of: "both" } as const;
  const text = planText({ ...regionLoss, load: { ...regionLoss.load, reads } }, config, told("")).replaceAll(
    /\s+/g,
    " ",
  );
  expect(text).toContain("times out after 5 s; besides 10 reads and searches/s");
  expect(planText(regionLoss, config, told(""))).not.toContain("besides");
});

test("what writes look like is told where something is said of it", () => {
  const load = { ...regionLoss.load, bodies: "realistic", bundleEntries: 50 } as const;
  const text = planText({ ...regionLoss, load }, config, told("")).replaceAll(/\s+/g, " ");
  expect(text).toContain("1 update, 50 resources a bundle, of realistic size; a write times out");
});

test("a bulk export is told with how long its end is waited for, and elsewhere there is no word of it", () => {
  expect(planText(exportAcrossFailover, config, told(""))).toMatch(
    /\nbulk export {2}asked for before the load at the level patient;[\s\S]+ 600 s/,
  );
  expect(planText(fullCircle, config, told(""))).not.toContain("bulk export");
});

test("what the record takes is told before, and that it does not fit", () => {
  const room = (freeBytes: number) => planText(fullCircle, config, { command: "", freeBytes }).replaceAll(/\s+/g, " ");
  expect(room(8e9)).toMatch(/ disk the record takes about \d+ MB, and 8\.0 GB are free where the results are; /);
  expect(room(1e6)).toContain("and 1 MB are free where the results are: it would be refused");
});

test.each([...SCENARIOS, ...LONG])("$name fits 80 columns in every configuration", (scenario) => {
  for (const each of CONFIGS) {
    const lines = planText(scenario, each, told("npm run chaos")).split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  }
});
