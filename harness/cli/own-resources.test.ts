import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { SettingsSchema } from "../model/plan/settings.ts";
import { whyNoForm } from "../model/plan/write-form.ts";
import { withOwnResources } from "./own-resources.ts";

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-resources-"));
afterAll(() => rmSync(folder, { recursive: true }));
const patient = (n: number) => ({ resourceType: "Patient", id: `p${n}`, when: undefined });
const parsed = (settings: unknown) => SettingsSchema.safeParse(withOwnResources(settings, folder));
const listOf = (resources: unknown) => parsed({ load: { resources } }).data?.load.resources;

test("a file beside the settings is read line by line", () => {
  writeFileSync(
    join(folder, "own.ndjson"),
    '{"resourceType":"Patient","id":"a"}\n\n{"resourceType":"Goal","id":"b"}\n',
  );
  expect(listOf({ file: "own.ndjson" })).toEqual([
    { resourceType: "Patient", id: "a" },
    { resourceType: "Goal", id: "b" },
  ]);
  writeFileSync(join(folder, "broken.ndjson"), '{"resourceType":"Patient"}\n{"resource');
  expect(() => listOf({ file: "broken.ndjson" })).toThrow(/^line 2 of .*broken\.ndjson is not JSON/);
  expect(() => listOf({ file: "none.ndjson" })).toThrow(/none\.ndjson cannot be read/);
});

test("a function is called a hundred times, and its results are kept as JSON", () => {
  const list = listOf(patient);
  expect(list).toHaveLength(100);
  expect(list?.[7]).toEqual({ resourceType: "Patient", id: "p7" });
  const broken = () => {
    throw new Error("no more");
  };
  expect(() => listOf(broken)).toThrow(/failed to make resource number 0: no more/);
});

test("a user's scenario can have its own resources", () => {
  const own = { ...regionLoss, name: "own", load: { ...regionLoss.load, resources: patient } };
  expect(parsed({ scenarios: [own] }).data?.scenarios[0]?.load.resources).toHaveLength(100);
  expect(parsed({ scenarios: [{ ...regionLoss, name: "own" }] }).data?.scenarios[0]?.load).toEqual(regionLoss.load);
  for (const wrong of [null, 7, { load: 7 }, { scenarios: 7 }, { scenarios: [7] }, { load: { resources: 7 } }])
    expect(parsed(wrong).success).toBe(false);
});

describe("resources that cannot be written are refused", () => {
  test.each<[string, unknown, RegExp]>([
    ["nothing", [], /Too small/],
    ["what has no identifiers", [{ resourceType: "Binary" }], /Invalid option/],
    ["an identifier that is no list", [{ resourceType: "Patient", identifier: { value: "x" } }], /expected array/],
    ["more than a thousand", Array.from({ length: 1001 }, (_, n) => patient(n)), /Too big/],
    ["more than a record should have", [{ ...patient(1), name: "x".repeat(1e6) }], /more than a million characters/],
  ])("%s", (_, resources, why) => {
    expect(parsed({ load: { resources } }).error?.issues[0]?.message).toMatch(why);
  });

  test("two kinds of bodies", () => {
    const load = { ...regionLoss.load, resources: [{ resourceType: "Patient" }] };
    expect(whyNoForm({ load })).toBeNull();
    expect(whyNoForm({ load: { ...load, bodies: "realistic" } })).toMatch(/remove one of them/);
  });
});
