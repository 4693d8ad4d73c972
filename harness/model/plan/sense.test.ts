import { describe, expect, test } from "vitest";
import { CONFIGS } from "../../../scenarios/configs.ts";
import { SCENARIOS } from "../../../scenarios/index.ts";
import { regionLoss } from "../../../scenarios/region-loss.ts";
import { selfTest } from "../../../scenarios/self-test.ts";
import type { Config } from "./config.ts";
import type { Scenario } from "./scenario.ts";
import { nonsense } from "./sense.ts";

const configNamed = (name: string) => CONFIGS.find((config) => config.name === name) as Config;
const refusedIn = (scenario: Scenario) =>
  CONFIGS.filter((config) => nonsense(scenario, config) !== null).map(({ name }) => name);

const switchover: Scenario = {
  ...regionLoss,
  faults: [],
  orders: [{ kind: "switchover", to: "b", afterSeconds: 0 }],
  disaster: null,
};
const comesBack: Scenario = {
  ...regionLoss,
  faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 9 }],
};

describe("an order to change sides", () => {
  test("is refused where the proxy takes none, or the old side stays writable", () => {
    expect(refusedIn(switchover)).toEqual(["passive", "tuned", "unfenced"]);
    expect(nonsense(switchover, configNamed("tuned"))).toMatch(/a tuned proxy cannot be routed/);
    expect(nonsense(switchover, configNamed("passive"))).toMatch(/a passive proxy cannot be routed/);
    expect(nonsense(switchover, configNamed("unfenced"))).toMatch(/this configuration does not fence/);
  });
});

describe("Patroni", () => {
  const patroni = configNamed("patroni");

  test("changes sides by order, without a proxy that takes any", () => {
    expect(nonsense(switchover, patroni)).toBeNull();
    expect(nonsense(regionLoss, patroni)).toBeNull();
  });

  test("copies A to B before anything else", () => {
    expect(nonsense({ ...regionLoss, start: { replicated: false, resources: 0 } }, patroni)).toMatch(
      /B follows A from the start/,
    );
  });

  test("is spared what nobody has tried with it", () => {
    const slow: Scenario = {
      ...regionLoss,
      faults: [{ kind: "cpu-starvation", part: "pg-a", cores: 0.1, afterSeconds: 0 }],
    };
    expect(nonsense(slow, patroni)).toBe("not tested under Patroni yet: cpu-starvation");
    expect(nonsense(slow, configNamed("async"))).toBeNull();
  });
});

describe("replay", () => {
  test("is refused when the lost region never returns, and nothing else is", () => {
    expect(refusedIn(regionLoss)).toEqual(["replay"]);
    expect(nonsense(regionLoss, configNamed("replay"))).toMatch(/does not come back/);
  });

  test("makes sense when it does, or when no region is lost", () => {
    expect(refusedIn(comesBack)).toEqual([]);
    expect(refusedIn({ ...regionLoss, faults: [{ kind: "process-kill", part: "hapi-a", afterSeconds: 0 }] })).toEqual(
      [],
    );
  });
});

describe("a decision that takes longer than the load goes on after the disaster", () => {
  const slow = (decisionSeconds: number): Config => {
    const { operator, ...rest } = configNamed("manual");
    return { ...rest, operator: { ...operator, decisionSeconds } };
  };

  test("is refused", () => {
    const { afterSeconds } = regionLoss.load;
    expect(nonsense(regionLoss, slow(afterSeconds - 1))).toBeNull();
    expect(nonsense(regionLoss, slow(afterSeconds))).toBe(
      `the load ends ${afterSeconds} s after the disaster, and the decision alone takes ${afterSeconds} s`,
    );
  });

  test("is counted from the disaster, not from the last act", () => {
    expect(nonsense(comesBack, slow(regionLoss.load.afterSeconds + 8))).toBeNull();
    expect(nonsense(comesBack, slow(regionLoss.load.afterSeconds + 9))).toMatch(/the decision alone takes 39 s/);
  });

  test("matters to nobody where nothing is broken", () => {
    expect(nonsense({ ...switchover, orders: [] }, slow(1e6))).toBeNull();
  });
});

test("every shipped scenario makes sense in the first configuration and in most, and says why where not", () => {
  for (const scenario of [...SCENARIOS, selfTest]) {
    expect(nonsense(scenario, configNamed("async"))).toBeNull();
    // Under Patroni much is refused that nobody has tried there.
    const elsewhere = refusedIn(scenario).filter((name) => !name.startsWith("patroni"));
    expect(elsewhere.length).toBeLessThan(CONFIGS.filter(({ patroni }) => patroni === null).length / 2);
    for (const config of CONFIGS) expect(nonsense(scenario, config) ?? "because").toMatch(/\w/);
  }
});

test("every shipped configuration makes sense in some shipped scenario", () => {
  const homeless = CONFIGS.filter((config) => SCENARIOS.every((scenario) => nonsense(scenario, config) !== null));
  expect(homeless.map(({ name }) => name)).toEqual([]);
});
