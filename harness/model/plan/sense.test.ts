import { describe, expect, test } from "vitest";
import { CONFIGS } from "../../../scenarios/configs.ts";
import { SCENARIOS } from "../../../scenarios/index.ts";
import { regionLoss } from "../../../scenarios/region-loss.ts";
import { selfTest } from "../../../scenarios/self-test.ts";
import type { Config } from "./config.ts";
import type { Scenario } from "./scenario.ts";
import { nonsense } from "./sense.ts";

const configNamed = (name: string) => CONFIGS.find((config) => config.name === name) as Config;
/** Without configurations with devices or client networks, which need scenarios with the same. */
const refusedIn = (scenario: Scenario) =>
  CONFIGS.filter(({ devices, privateLink }) => devices === null && privateLink === null)
    .filter((config) => nonsense(scenario, config) !== null)
    .map(({ name }) => name);

/** Without the configurations that only differ in a bulk export. */
const ABOUT_JOBS = ["jobs-left", "jobs-restarted"];

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

describe("a planned switchover", () => {
  test("is refused if the proxy cannot be routed, or the old site stays writable", () => {
    expect(refusedIn(switchover)).toEqual(["passive", "tuned", "unfenced", ...ABOUT_JOBS]);
    expect(nonsense(switchover, configNamed("tuned"))).toMatch(/a tuned proxy cannot be routed/);
    expect(nonsense(switchover, configNamed("passive"))).toMatch(/a passive proxy cannot be routed/);
    expect(nonsense(switchover, configNamed("unfenced"))).toMatch(/this configuration does not fence/);
  });
});

test("brokers and bridges without devices are refused", () => {
  const devices = configNamed("devices");
  expect(nonsense(regionLoss, devices)).toBe(
    "the configuration has brokers and bridges, but the scenario has no devices",
  );
  const withFeed: Scenario = { ...regionLoss, devices: { count: 1, ratePerSecond: 1 } };
  expect(nonsense(withFeed, devices)).toBeNull();
  const skewed: Scenario = {
    ...withFeed,
    faults: [{ kind: "clock-skew", side: "b", offsetSeconds: 60, afterSeconds: 0 }],
  };
  expect(nonsense(skewed, devices)).toMatch(/^the order of device messages is judged by the servers' clocks/);
});

test("client networks without clients are refused, and networks without a runner each", () => {
  const privateLink = configNamed("private-link");
  expect(nonsense(regionLoss, privateLink)).toBe(
    "the configuration has clients in two private networks, but the scenario's are in none",
  );
  const within: Scenario = { ...regionLoss, privateLink: true, load: { ...regionLoss.load, runners: 2 } };
  expect(nonsense(within, privateLink)).toBeNull();
  expect(nonsense({ ...within, load: regionLoss.load }, privateLink)).toBe(
    "there are 2 client networks, each with a runner of its own, and load.runners is 1",
  );
  expect(nonsense({ ...within, start: { replicated: false, resources: 0 } }, privateLink)).toMatch(/B is empty$/);
});

describe("with a vault", () => {
  const withFault = (fault: Scenario["faults"][number]): Scenario => ({ ...regionLoss, faults: [fault] });

  test.each<[string, Scenario["faults"][number], RegExp | null]>([
    ["encrypted", { kind: "disk-full", side: "b", afterSeconds: 0 }, /has no small disk of its own/],
    ["encrypted", { kind: "clock-skew", side: "b", offsetSeconds: 60, afterSeconds: 0 }, null],
    ["vault-certificates", { kind: "disk-full", side: "b", afterSeconds: 0 }, null],
    [
      "vault-certificates",
      { kind: "clock-skew", side: "b", offsetSeconds: 60, afterSeconds: 0 },
      /takes valid certificates for invalid ones/,
    ],
    ["vault-certificates", { kind: "connection-exhaustion", side: "a", afterSeconds: 0 }, /accept certificates only/],
  ])("%s: %j", (config, fault, why) => {
    const told = nonsense(withFault(fault), configNamed(config));
    if (why === null) expect(told).toBeNull();
    else expect(told).toMatch(why);
  });

  test("everything else is supported as without a vault", () => {
    for (const config of ["encrypted", "vault-certificates"]) {
      expect(nonsense(regionLoss, configNamed(config))).toBeNull();
      expect(nonsense(switchover, configNamed(config))).toBeNull();
    }
  });
});

describe("Patroni", () => {
  const patroni = configNamed("patroni");

  test("can switch over without a routable proxy", () => {
    expect(nonsense(switchover, patroni)).toBeNull();
    expect(nonsense(regionLoss, patroni)).toBeNull();
  });

  test("always starts with B as a copy of A", () => {
    expect(nonsense({ ...regionLoss, start: { replicated: false, resources: 0 } }, patroni)).toMatch(
      /B follows A from the start/,
    );
  });

  test("is refused faults not tested with it", () => {
    const slow: Scenario = {
      ...regionLoss,
      faults: [{ kind: "cpu-starvation", part: "pg-a", cores: 0.1, afterSeconds: 0 }],
    };
    expect(nonsense(slow, patroni)).toBe("not tested under Patroni yet: cpu-starvation");
    expect(nonsense(slow, configNamed("async"))).toBeNull();
  });
});

describe("a bulk export", () => {
  const exporting: Scenario = {
    ...regionLoss,
    start: { replicated: true, resources: 10 },
    bulkExport: { level: "patient", waitSeconds: 600 },
  };

  test("is refused if types outside the export are written", () => {
    const load = { ...regionLoss.load, resources: [{ resourceType: "Patient" }, { resourceType: "Goal" }] };
    expect(nonsense({ ...exporting, load }, configNamed("async"))).toMatch(/load.resources has other types: Goal$/);
    expect(nonsense({ ...regionLoss, load }, configNamed("async"))).toBeNull();
    expect(nonsense(exporting, configNamed("async"))).toBeNull();
  });

  test("is refused if jobs are not replicated, and is required for the operator's setting for jobs", () => {
    expect(refusedIn(exporting).filter((name) => !name.startsWith("patroni"))).toEqual([
      "passive",
      "follower-reads",
      "unfenced",
      "replay",
    ]);
    expect(nonsense(exporting, configNamed("unfenced"))).toMatch(/jobs are not replicated/);
    expect(nonsense(regionLoss, configNamed("jobs-left"))).toMatch(/there is no bulk export/);
  });

  test.each<[string, Partial<Scenario>, RegExp]>([
    ["without resources", { start: { replicated: true, resources: 0 } }, /there is nothing to export/],
    ["that nothing affects", { faults: [], disaster: null }, /no fault or planned operation that affects the export/],
    [
      "that would be done before",
      { load: { ...regionLoss.load, baselineSeconds: 50 } },
      /the first act comes 55 s after the load begins, and must come within 50 s/,
    ],
  ])("%s is refused", (_, change, why) => {
    expect(nonsense({ ...exporting, ...change }, configNamed("async"))).toMatch(why);
  });
});

describe("replay", () => {
  test("is refused when the lost region never returns, and nothing else is", () => {
    expect(refusedIn(regionLoss)).toEqual(["replay", ...ABOUT_JOBS]);
    expect(nonsense(regionLoss, configNamed("replay"))).toMatch(/does not come back/);
  });

  test("is supported when it does, or when no region is lost", () => {
    expect(refusedIn(comesBack)).toEqual(ABOUT_JOBS);
    expect(refusedIn({ ...regionLoss, faults: [{ kind: "process-kill", part: "hapi-a", afterSeconds: 0 }] })).toEqual(
      ABOUT_JOBS,
    );
  });
});

describe("a decision that takes longer than the load lasts after the disaster", () => {
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

  test("does not matter without a disaster", () => {
    expect(nonsense({ ...switchover, orders: [] }, slow(1e6))).toBeNull();
  });
});

test("every shipped scenario is supported in the first configuration and in most, with a reason where not", () => {
  for (const scenario of [...SCENARIOS, selfTest]) {
    expect(nonsense(scenario, configNamed("async"))).toBeNull();
    // Under Patroni, much is refused because it is untested.
    const elsewhere = refusedIn(scenario).filter((name) => !name.startsWith("patroni"));
    expect(elsewhere.length).toBeLessThan(CONFIGS.filter(({ patroni }) => patroni === null).length / 2);
    for (const config of CONFIGS) expect(nonsense(scenario, config) ?? "because").toMatch(/\w/);
  }
});

test("every shipped configuration is supported in some shipped scenario", () => {
  const homeless = CONFIGS.filter((config) => SCENARIOS.every((scenario) => nonsense(scenario, config) !== null));
  expect(homeless.map(({ name }) => name)).toEqual([]);
});
