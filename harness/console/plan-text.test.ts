import { expect, test } from "vitest";
import { CONFIGS } from "../../scenarios/configs.ts";
import { exportAcrossFailover } from "../../scenarios/export-across-failover.ts";
import { fullCircle } from "../../scenarios/full-circle.ts";
import { LONG, SCENARIOS } from "../../scenarios/index.ts";
import { regionLoss } from "../../scenarios/region-loss.ts";
import type { Config } from "../model/plan/config.ts";
import { actsOf, type Scenario } from "../model/plan/scenario.ts";
import { planText } from "./plan-text.ts";

const options = (command: string) => ({ command, freeBytes: 1e12 });
const [config] = CONFIGS as [Config];

test("every fault and operation is at its time, and the disaster is marked once", () => {
  const text = planText(fullCircle, config, options("npm run chaos -- run full-circle"));
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

test("objectives are listed, and absent ones are not", () => {
  const objectives = { rpoSeconds: 1, rtoSeconds: 2, lostWrites: 3, redundancySeconds: null, availability: null };
  const text = planText(fullCircle, { ...config, objectives }, options(""));
  expect(text).toContain("objectives   RPO 1 s, RTO 2 s, at most 3 writes lost\n");
});

test("several runners are mentioned, one is not", () => {
  const by = (runners: number) =>
    planText({ ...fullCircle, load: { ...fullCircle.load, runners } }, config, options(""));
  expect(by(4).replaceAll(/\s+/g, " ")).toContain("; 4 runners share it");
  expect(by(1)).toBe(planText(fullCircle, config, options("")));
});

test("each change of the rate is at its time, and a constant rate is not mentioned", () => {
  const shaped = (shape: Scenario["load"]["shape"]) =>
    planText({ ...regionLoss, load: { ...regionLoss.load, shape } }, config, options("")).replaceAll(/ +/g, " ");
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

test("reads beside the writes are mentioned only if there are any", () => {
  const reads = { ratePerSecond: 10, of: "both" } as const;
  const text = planText({ ...regionLoss, load: { ...regionLoss.load, reads } }, config, options("")).replaceAll(
    /\s+/g,
    " ",
  );
  expect(text).toContain("times out after 5 s; plus 10 reads and searches/s");
  expect(planText(regionLoss, config, options(""))).not.toContain("plus");
});

test("the form of the writes is described if the load defines it", () => {
  const load = { ...regionLoss.load, bodies: "realistic", bundleEntries: 50 } as const;
  const text = planText({ ...regionLoss, load }, config, options("")).replaceAll(/\s+/g, " ");
  expect(text).toContain("1 update, 50 resources a bundle, of realistic size; a write times out");
});

test("a bulk export is described with the wait for its end, only where there is one", () => {
  expect(planText(exportAcrossFailover, config, options(""))).toMatch(
    /\nbulk export {2}requested at the level patient before the load,[\s\S]+ 600 s/,
  );
  expect(planText(fullCircle, config, options(""))).not.toContain("bulk export");
});

test("the size of the record is shown, and whether it fits", () => {
  const room = (freeBytes: number) => planText(fullCircle, config, { command: "", freeBytes }).replaceAll(/\s+/g, " ");
  expect(room(8e9)).toMatch(/ disk the record takes about \d+ MB, and 8\.0 GB are free in the results folder; /);
  expect(room(1e6)).toContain("and 1 MB are free in the results folder: the drill would be refused");
});

test.each([...SCENARIOS, ...LONG])("$name fits 80 columns in every configuration", (scenario) => {
  for (const each of CONFIGS) {
    const lines = planText(scenario, each, options("npm run chaos")).split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  }
});
