import { expect, test } from "vitest";
import { CONFIGS } from "../../scenarios/configs.ts";
import { exportAcrossFailover } from "../../scenarios/export-across-failover.ts";
import { fullCircle } from "../../scenarios/full-circle.ts";
import { LONG, SCENARIOS } from "../../scenarios/index.ts";
import type { Config } from "../model/plan/config.ts";
import { actsOf } from "../model/plan/scenario.ts";
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
