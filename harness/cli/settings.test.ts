/** `fhirdrill.config.ts`, by the command, in a folder of the user. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import { loadConfigs, loadScenarios } from "./catalogue.ts";
import { loadSettings } from "./settings.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const ENTRY = fileURLToPath(new URL("../config.ts", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-settings-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function list(text: string | null, ...more: string[]): { status: number | null; out: string; err: string } {
  if (text !== null) writeFileSync(join(folder, "fhirdrill.config.ts"), text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "list", ...more], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, out: stdout, err: stderr };
}
const setting = (settings: object) =>
  `import { defineConfig } from "${ENTRY}";\nexport default defineConfig(${JSON.stringify(settings)});\n`;
const { name: _, ...unnamed } = regionLoss;
const own = { ...unnamed, name: "own" };

test("without one, the shipped items are listed, each with its file", () => {
  const { status, out, err } = list(null);
  expect([status, err]).toEqual([0, ""]);
  expect(out).toMatch(/^scenarios\n {2}region-loss {2}\(scenarios\/index.ts\)\n/);
  expect(out).toContain("\n  async  (scenarios/configs.ts)\n");
  expect(out).not.toContain("fhirdrill.config.ts");
});

test("its additions are listed last, and its changes are marked", () => {
  const { status, out, err } = list(
    setting({ scenarios: [own], load: { ratePerSecond: 20 }, objectives: { sync: { rtoSeconds: 30 } } }),
  );
  expect([status, err]).toEqual([0, ""]);
  const places = out.split("\n").filter((line) => /^ {2}\S/.test(line));
  expect(places[0]).toBe("  region-loss  (scenarios/index.ts; load by fhirdrill.config.ts)");
  expect(places).toContain("  own  (fhirdrill.config.ts)");
  expect(places).toContain("  async  (scenarios/configs.ts)");
  expect(places).toContain("  sync  (scenarios/configs.ts; objectives by fhirdrill.config.ts)");
  expect(places.every((line) => line.length <= 80)).toBe(true);
});

test("as JSON, too", () => {
  const { out } = list(setting({ configs: [] }), "configs", "--json");
  expect(JSON.parse(out).configs[0]).toEqual({ name: "async", text: expect.any(String), from: "scenarios/configs.ts" });
});

describe("with another extension", () => {
  const other = (ending: string, text: string) => writeFileSync(join(folder, `fhirdrill.config.${ending}`), text);

  test.each(["ts", "mts", "js", "mjs"])(".%s is loaded", (ending) => {
    other(ending, "export default { load: { ratePerSecond: 20 } };");
    const { status, out, err } = list(null);
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain(`load by fhirdrill.config.${ending})`);
  });

  test.each(["cts", "cjs"])(".%s is loaded, as CommonJS", (ending) => {
    other(ending, "module.exports = { load: { ratePerSecond: 20 } };");
    expect(list(null).out).toContain(`load by fhirdrill.config.${ending})`);
  });

  test("its errors are reported under its own name", () => {
    other("mjs", "export default { load: { ratePerSecond: 2 } };");
    expect(list(null).err).toMatch(/^error: fhirdrill\.config\.mjs is not valid\n/);
  });

  test.each([
    ["two at once", ["ts", "mjs"], "there are both fhirdrill.config.ts and fhirdrill.config.mjs"],
    ["what is no module", ["json"], "fhirdrill.config.json cannot be read"],
    ["what is no module, beside one that is", ["ts", "yaml"], "fhirdrill.config.yaml cannot be read"],
  ])("%s is refused", (_name, endings, what) => {
    for (const ending of endings) other(ending, "export default {};");
    const { status, out, err } = list(null);
    expect([status, out]).toEqual([EXIT.usage, ""]);
    expect(err).toMatch(new RegExp(`^error: ${what}\n {2}why: .+\n {3}do: .+\n$`));
  });
});

describe("an error in it is a usage error with what, where and what to do", () => {
  const whyByCommand = (text: string) => {
    const { status, out, err } = list(text);
    expect([status, out]).toEqual([EXIT.usage, ""]);
    const [first, second, third, ...rest] = err.split("\n");
    expect(first).toMatch(/^error: fhirdrill\.config\.ts (is not valid|cannot be read)$/);
    expect(third).toMatch(/^ {3}do: correct the (value|file)$/);
    expect(rest).toEqual([""]);
    return second?.replace("  why: ", "");
  };

  test.each([
    ["no TypeScript", "const rate: number = ;\nexport default {};", "line 1: Expression expected"],
    [
      "TypeScript that Node does not run",
      "\nenum A { b }\nexport default {};",
      "line 2: TypeScript enum is not supported in strip-only mode",
    ],
    ["one that throws", 'throw new Error("no rate today");', "no rate today"],
    ["nothing", "", "it has no default export: export default defineConfig({ … })"],
    [
      "no settings at all",
      "export default 5;",
      "the whole value is 5: Invalid input: expected object, received number",
    ],
  ])("%s", (_name, text, expected) => {
    expect(whyByCommand(text)).toBe(expected);
  });

  test("an unresolvable import", () => {
    const text = 'import "./nothing.ts";\nexport default {};';
    expect(whyByCommand(text)).toMatch(/^Cannot find module '.*nothing\.ts' imported from /);
  });

  const why = async (settings: object) => {
    writeFileSync(join(folder, "fhirdrill.config.ts"), `export default ${JSON.stringify(settings)};`);
    const catalogue = async () => {
      const set = await loadSettings([folder]);
      return [await loadScenarios(set), await loadConfigs(set)];
    };
    const error = await catalogue().catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DrillFailure);
    expect([error.exitCode, error.text.what, error.text.todo]).toEqual([
      EXIT.usage,
      "fhirdrill.config.ts is not valid",
      "correct the value",
    ]);
    return error.text.why;
  };

  test.each([
    [
      "a wrong type",
      { load: { ratePerSecond: "50" } },
      'load.ratePerSecond is "50": Invalid input: expected number, received string',
    ],
    [
      "a number out of bounds",
      { load: { ratePerSecond: 2 } },
      "load.ratePerSecond is 2: Too small: expected number to be >=5",
    ],
    ["an unknown key", { scenario: [] }, "scenario is []: unknown key"],
    [
      "an unknown key far below",
      { scenarios: [{ ...own, faults: [{ ...own.faults[0], healAfterSecond: 3 }] }] },
      "scenarios.0.faults.0.healAfterSecond is 3: unknown key",
    ],
    ["an unknown objective", { objectives: { every: { rto: 3 } } }, "objectives.every.rto is 3: unknown key"],
    ["an unknown part", { images: { postgresql: "postgres:17" } }, 'images.postgresql is "postgres:17": unknown key'],
    ["an unknown price", { prices: { currency: "EUR", cpu: 1 } }, "prices.cpu is 1: unknown key"],
    [
      "a name that is taken",
      { scenarios: [own, { ...own, name: "region-loss" }] },
      'scenarios.1.name is "region-loss": scenarios/index.ts already has this name',
    ],
    [
      "a name that it gives twice",
      { scenarios: [own, own] },
      'scenarios.1.name is "own": scenarios.0 already has this name',
    ],
    [
      "a name of another folder",
      { scenarios: [{ ...own, name: "matrix" }] },
      'scenarios.0.name is "matrix": a scenario cannot be called latest or matrix: the results have a folder of that name',
    ],
    [
      "a disaster that is no fault",
      { scenarios: [{ ...own, disaster: 1 }] },
      "scenarios.0.disaster is 1: it must be the index of one of the faults, or null",
    ],
  ])("%s", async (_name, settings: object, expected) => {
    expect(await why(settings)).toBe(expected);
  });

  test.each([
    ["a number without end", "load: { ratePerSecond: 10n }", "load.ratePerSecond is 10n: "],
    [
      "a value that holds itself",
      "load: { ratePerSecond: own }",
      "load.ratePerSecond is <ref *1> { own: [Circular *1] }: ",
    ],
    ["one that holds itself under a key that is not known", "rates: own", "rates is <ref *1> { own: [Circular *1] }: "],
    ["a function", "load: { ratePerSecond: () => 5 }", "load.ratePerSecond is [Function: ratePerSecond]: "],
    ["no number", "load: { ratePerSecond: NaN }", "load.ratePerSecond is null: "],
  ])("%s, which JSON cannot represent", (_name, settings, expected) => {
    const text = `const own = {};\nown.own = own;\nexport default { ${settings} };`;
    expect(whyByCommand(text)?.startsWith(expected)).toBe(true);
  });

  test("objectives for an unknown configuration", async () => {
    expect(await why({ objectives: { asink: { rtoSeconds: 3 } } })).toMatch(
      /^objectives\.asink is {"rtoSeconds":3}: no configuration has this name; available: async, sync\b/,
    );
  });
});

test("files named in a system's description are found from the folder of the settings", async () => {
  const fhir = { base: "http://fhir.test:8080/fhir" };
  const systems = {
    own: {
      is: "ours",
      fhir: { ...fhir, ca: "ca.pem" },
      kubernetes: { kubeconfig: "../k.yaml", context: "c", namespace: "n" },
    },
    elsewhere: { is: "theirs", fhir: { ...fhir, ca: "/etc/ca.pem" } },
  };
  writeFileSync(join(folder, "fhirdrill.config.ts"), setting({ systems }));
  const { own, elsewhere } = (await loadSettings([folder])).systems;
  expect(own?.fhir.ca).toBe(join(folder, "ca.pem"));
  expect(own?.kubernetes?.kubeconfig).toBe(join(folder, "..", "k.yaml"));
  expect(elsewhere?.fhir.ca).toBe("/etc/ca.pem");
  expect(elsewhere?.kubernetes).toBeUndefined();
});
