import { expect, test } from "vitest";
import { type Config, ConfigSchema } from "../harness/model/plan/config.ts";
import { CONFIGS } from "./configs.ts";

/** The settings of a configuration, without its name, description and objectives. */
const choices = ({ name: _, is: __, objectives: ___, ...rest }: Config) => JSON.stringify(rest);

test("each configuration is unique, has a description of its own, and is valid", () => {
  expect(new Set(CONFIGS.map(choices)).size).toBe(CONFIGS.length);
  expect(new Set(CONFIGS.map(({ is }) => is)).size).toBe(CONFIGS.length);
  for (const config of CONFIGS) expect(ConfigSchema.parse(config)).toEqual(config);
});

test("every option of each setting occurs in a configuration", () => {
  const { replication, proxy, clientRetry } = ConfigSchema.shape;
  const ways = <T>(of: (config: Config) => T) => new Set(CONFIGS.map(of));
  expect(ways((config) => config.replication)).toEqual(new Set(replication.options));
  expect(ways((config) => config.proxy)).toEqual(new Set(proxy.unwrap().options));
  expect(ways((config) => config.clientRetry)).toEqual(new Set(clientRetry.unwrap().options));
  expect(ways((config) => config.fencing)).toEqual(new Set([true, false]));
  expect(ways((config) => config.operator.strandedWrites)).toEqual(new Set(["save", "replay"]));
  expect(ways((config) => config.operator.jobs)).toEqual(new Set(["requeue", "restart", "leave"]));
});

test("a configuration in which every write waits for B may lose none; the others share the promised objectives", () => {
  for (const { replication, objectives } of CONFIGS)
    expect([objectives.lostWrites, objectives.rpoSeconds]).toEqual(replication === "async" ? [null, 900] : [0, 0]);
});

test("vaults exist only with an operator, and guard the data or the access", () => {
  const withVault = CONFIGS.filter(({ vault }) => vault !== null);
  expect(new Set(withVault.map(({ vault }) => vault?.guards))).toEqual(new Set(["data", "access"]));
  const [config] = withVault;
  const [patroni, devices] = [
    CONFIGS.find((each) => each.patroni !== null)?.patroni,
    CONFIGS.find((each) => each.devices !== null)?.devices,
  ];
  for (const other of [{ patroni }, { devices }, { own: { base: "http://fhir.test/fhir", observed: false } }])
    expect(ConfigSchema.safeParse({ ...config, ...other }).error?.issues).toMatchObject([
      { path: ["vault"], message: expect.stringMatching(/^a vault is supported only in the lab with an operator/) },
    ]);
});

test("devices exist only with an operator, and every option of theirs occurs", () => {
  const withDevices = CONFIGS.filter(({ devices }) => devices !== null);
  const ways = withDevices.flatMap(({ devices }) => Object.values(devices ?? {}).map(String));
  expect(new Set(ways)).toEqual(
    new Set(["defaults", "each-change", "0", "1", "put", "conditional-create", "after-fhir", "at-once"]),
  );
  const [config] = withDevices;
  const patroni = CONFIGS.find((each) => each.patroni !== null)?.patroni;
  for (const other of [{ patroni }, { own: { base: "http://fhir.test/fhir", observed: false } }])
    expect(ConfigSchema.safeParse({ ...config, ...other }).error?.issues).toMatchObject([
      { path: ["devices"], message: expect.stringMatching(/^devices are supported only in the lab with an operator/) },
    ]);
});

test("client networks exist only with an operator, and every option of theirs occurs", () => {
  const withNetworks = CONFIGS.filter(({ privateLink }) => privateLink !== null);
  const ways = (of: "endpoints" | "recordSeconds" | "dnsCacheSeconds" | "connections") =>
    new Set(withNetworks.map(({ privateLink }) => privateLink?.[of]));
  expect(ways("endpoints")).toEqual(new Set(["a", "both"]));
  expect(ways("recordSeconds")).toEqual(new Set([null, 0, 30]));
  expect(ways("dnsCacheSeconds")).toEqual(new Set([0, 30, 300]));
  expect(ways("connections")).toEqual(new Set(["kept", "fresh"]));
  const [config] = withNetworks;
  const patroni = CONFIGS.find((each) => each.patroni !== null)?.patroni;
  for (const other of [{ patroni }, { own: { base: "http://fhir.test/fhir", observed: false } }])
    expect(ConfigSchema.safeParse({ ...config, ...other }).error?.issues).toMatchObject([
      {
        path: ["privateLink"],
        message: expect.stringMatching(/^client networks are supported only in the lab with an operator/),
      },
    ]);
  const switched = { ...config, privateLink: { ...config?.privateLink, recordSeconds: 0 } };
  expect(ConfigSchema.safeParse(switched).error?.issues).toMatchObject([
    {
      path: ["privateLink", "recordSeconds"],
      message: expect.stringMatching(/^it must be null: with an endpoint in A's region only/),
    },
  ]);
});
