import { describe, expect, test } from "vitest";
import { SettingsSchema } from "../model/plan/settings.ts";
import { chosenDrill } from "./chosen-drill.ts";
import { rateArgument, rateOption, withRate } from "./rate.ts";

const settings = {
  ...SettingsSchema.parse({ load: { ratePerSecond: 20, afterSeconds: 9 } }),
  file: "fhirdrill.config.ts",
  isThere: true,
};

describe("a rate given on the command line", () => {
  test("applies to every scenario, overrides the settings, and changes nothing else of the load", async () => {
    const names = { scenario: "silent-region", config: undefined, rate: 8 };
    const { scenario, command } = await chosenDrill(withRate(settings, 8), names, 3);
    expect(scenario.load.ratePerSecond).toBe(8);
    expect(scenario.load.afterSeconds).toBe(9);
    expect(command).toBe("npm run chaos -- run silent-region --config async --seed 3 --rate 8");
  });

  test("is in no command if it was not given, and that of the settings applies", async () => {
    const { scenario, command } = await chosenDrill(
      withRate(settings, undefined),
      { scenario: undefined, config: undefined },
      3,
    );
    expect(scenario.load.ratePerSecond).toBe(20);
    expect(command).not.toContain("--rate");
    expect(rateArgument(null)).toBe("");
  });

  test.each(["4", "1001", "7.5", "fast"])("is refused when it is %s", (text) => {
    expect(() => rateOption().parseArg?.(text, undefined)).toThrow("whole number from 5 to 1000");
  });
});
