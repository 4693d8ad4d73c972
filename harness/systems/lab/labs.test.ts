import { expect, test } from "vitest";
import { CONFIGS } from "../../../scenarios/configs.ts";
import { capabilitiesOf, imagesFor, startLab } from "./labs.ts";
import { fakeEngine } from "./testing/fake-engine.ts";

const byPatroni = CONFIGS.filter(({ patroni }) => patroni !== null);
const byOperator = CONFIGS.filter(({ patroni }) => patroni === null);

test("a lab fails over by an operator that takes commands, or by itself", () => {
  expect(byPatroni.length).toBeGreaterThan(2);
  for (const config of byPatroni) {
    const has = capabilitiesOf(config);
    expect([has.has("failover"), has.has("dcs"), has.has("replication"), has.has("proxy")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  }
  for (const config of byOperator) {
    const has = capabilitiesOf(config);
    expect([has.has("failover"), has.has("dcs"), has.has("replication"), has.has("proxy")]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  }
});

test("Patroni's images are provided if the configuration has Patroni", () => {
  const ofPatroni = ["patroni", "etcd", "haproxy"];
  for (const config of byPatroni) expect(imagesFor(config)).toEqual(expect.arrayContaining(ofPatroni));
  for (const config of byOperator) for (const image of ofPatroni) expect(imagesFor(config)).not.toContain(image);
});

test("brokers and bridges are provided, and can be broken, if the configuration has devices", () => {
  const ofDevices = ["mosquitto", "bridge"];
  for (const config of CONFIGS) {
    const has = config.devices !== null;
    expect(capabilitiesOf(config).has("devices")).toBe(has);
    for (const image of ofDevices) expect(imagesFor(config).some((each) => each === image)).toBe(has);
  }
  expect(CONFIGS.filter(({ devices }) => devices !== null).length).toBeGreaterThan(3);
});

test("resolvers are provided, and client networks can be broken, if the configuration has client networks", () => {
  for (const config of CONFIGS) {
    const has = config.privateLink !== null;
    expect(capabilitiesOf(config).has("privateLink")).toBe(has);
    expect(imagesFor(config).some((each) => each === "coredns")).toBe(has);
  }
  expect(CONFIGS.filter(({ privateLink }) => privateLink !== null).length).toBeGreaterThan(5);
});

test("a vault's images are provided, and the vault can be broken, if the configuration has one", () => {
  for (const config of CONFIGS) {
    const has = capabilitiesOf(config);
    expect(has.has("vault")).toBe(config.vault !== null);
    const images = imagesFor(config);
    expect(images.includes("openbao")).toBe(config.vault !== null);
    expect(images.includes("encrypted-postgres")).toBe(config.vault?.guards === "data");
  }
  expect(CONFIGS.filter(({ vault }) => vault !== null).length).toBe(2);
});

test("nothing is started without the images", () => {
  const images = { postgres: "p", hapi: "h", nginx: "n", toxiproxy: "t", k6: "k", tools: "t" };
  const [config] = byPatroni;
  if (!config) throw new Error("there is no configuration with Patroni");
  const options = { run: "r", images, golden: { schema: "", data: "" }, config, onStep: () => {} };
  // Any use of this engine would throw something else.
  expect(() => startLab(fakeEngine(), options)).toThrow("the images of Patroni's lab are not ready");
  const withDevices = CONFIGS.find(({ devices }) => devices !== null) ?? config;
  expect(() => startLab(fakeEngine(), { ...options, config: withDevices })).toThrow(
    "the images of brokers and bridges are not ready",
  );
  const withNetworks = CONFIGS.find(({ privateLink }) => privateLink !== null) ?? config;
  expect(() => startLab(fakeEngine(), { ...options, config: withNetworks })).toThrow(
    "the image of the client networks' resolvers is not ready",
  );
  for (const withVault of CONFIGS.filter(({ vault }) => vault !== null))
    expect(() => startLab(fakeEngine(), { ...options, config: withVault })).toThrow(
      "the images of the vault are not ready",
    );
});
