import { expect, test } from "vitest";
import { CAPABILITY_NAMES, type Capability } from "../model/plan/capability.ts";
import type { Run } from "../model/record/run.ts";
import { judge } from "./judge.ts";
import { underPatroni } from "./testing/fake-patroni.ts";
import { fakeParts, fakeRun, recordOf } from "./testing/fake-run.ts";
import { wrongCapabilities } from "./told-capabilities.ts";

const wrong = (changes: Partial<Run>, record = fakeRun()) =>
  wrongCapabilities({ ...record, run: { ...record.run, ...changes } });
const without = (lacking: Capability) => CAPABILITY_NAMES.filter((each) => each !== lacking);

test("a lab has what every lab has, whatever else it lacks", () => {
  expect(wrong({ capabilities: ["postgres", "replication", "hapi"] })).toEqual([]);
  expect(wrong({ capabilities: without("replication") }, recordOf(underPatroni(fakeParts())))).toEqual([]);
});

test.each(["hapi", "postgres", "replication"] as const)("a lab recorded without %s is noticed", (lacking) => {
  const record = fakeRun();
  const run = { ...record.run, capabilities: without(lacking) };
  expect(wrongCapabilities({ ...record, run })).toEqual([
    `run.json says that the system had no ${lacking}, which every such lab has`,
  ]);
  expect(judge({ ...record, run }).verdict).toBe("inconclusive");
});

test("one's own system can have its content read, and has nothing of a lab", () => {
  const { config } = fakeRun().run;
  const own = { ...config, own: { base: "http://fhir.test/fhir", observed: false } };
  expect(wrong({ config: own, capabilities: ["content", "target"] })).toEqual([]);
  expect(wrong({ config: own, capabilities: ["target"] })).toEqual([
    "run.json says that the content of the system could not be read",
  ]);
  expect(wrong({ config: own, capabilities: ["content", "replication"] })).toEqual([
    "run.json says that one's own system had replication, which only a lab has",
  ]);
});

test("every run but an older one must record them", () => {
  expect(wrong({})).toEqual([]);
  expect(wrong({ record: 3 })).toEqual(["run.json does not say what the system could do"]);
});
