import { describe, expect, test } from "vitest";
import { ConfigSchema } from "../model/plan/config.ts";
import { type SettingsInput, SettingsSchema } from "../model/plan/settings.ts";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import { checked, choose, chooseScenario, loadConfigs, loadScenarios } from "./catalogue.ts";

const [config] = await loadConfigs();

async function failureOf(work: () => Promise<unknown>): Promise<DrillFailure> {
  const error = await work().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(DrillFailure);
  return error as DrillFailure;
}

test("the shipped catalogue is valid, and region-loss and async come first", async () => {
  expect((await loadScenarios())[0]?.name).toBe("region-loss");
  expect(config?.name).toBe("async");
});

test("a former name of a scenario is understood, for it stands in stored runs and their commands", async () => {
  const scenarios = await loadScenarios();
  expect((await chooseScenario(scenarios, "unequal-secondary")).name).toBe("undersized-standby");
  expect((await chooseScenario(scenarios, "silent-region")).name).toBe("silent-region");
  expect((await chooseScenario(scenarios, undefined)).name).toBe("region-loss");
  const own = { ...(scenarios[0] as (typeof scenarios)[number]), name: "unequal-secondary" };
  expect(await chooseScenario([...scenarios, own], "unequal-secondary")).toBe(own);
});

test("a wrong value is a usage error that names file, place and value", async () => {
  const wrong = { ...config, operator: { ...config?.operator, failedProbes: -3 } };
  const failure = await failureOf(() => checked("configs.ts", ConfigSchema, async () => [config, wrong]));
  expect(failure.exitCode).toBe(EXIT.usage);
  expect(failure.text.what).toContain("configs.ts");
  expect(failure.text.why).toMatch(/1\.operator\.failedProbes is -3/);
});

test("a file that does not load is a usage error, not a broken drill", async () => {
  const failure = await failureOf(() =>
    checked("configs.ts", ConfigSchema, () => Promise.reject(new SyntaxError("Unexpected token"))),
  );
  expect(failure).toMatchObject({ exitCode: EXIT.usage, text: { why: "Unexpected token" } });
});

test("duplicate names are refused: which one ran would be unclear", async () => {
  const failure = await failureOf(() => checked("configs.ts", ConfigSchema, async () => [config, config]));
  expect(failure.text.why).toContain('"async"');
});

describe("the user's settings", () => {
  const set = (settings: SettingsInput) => ({
    ...SettingsSchema.parse(settings),
    file: "fhirdrill.config.ts",
    isThere: true,
  });

  test("rate and times apply to every scenario, the user's own as well, and the mix stays", async () => {
    const [first] = await loadScenarios();
    if (!first) throw new Error("there is no scenario");
    const own = { ...first, name: "own" };
    const all = await loadScenarios(set({ scenarios: [own], load: { ratePerSecond: 20, warmUpSeconds: undefined } }));
    expect(all.map(({ load }) => load.ratePerSecond)).toEqual(all.map(() => 20));
    expect(all[0]?.load).toEqual({ ...first.load, ratePerSecond: 20 });
    expect(all.at(-1)?.name).toBe("own");
  });

  test("objectives apply to every configuration, and those for a named one override them", async () => {
    const before = await loadConfigs();
    const objectives = { sync: { rtoSeconds: 7 }, every: { rtoSeconds: 5, lostWrites: 3 } };
    const after = await loadConfigs(set({ objectives }));
    expect(after).toEqual(
      before.map((each) => ({
        ...each,
        objectives: { ...each.objectives, lostWrites: 3, rtoSeconds: each.name === "sync" ? 7 : 5 },
      })),
    );
  });
});

test("an unknown name is refused with the available ones", () => {
  expect(() => choose("configuration", [{ name: "one" }, { name: "two" }], "three")).toThrow(/available: one, two/);
});
