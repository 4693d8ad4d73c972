import { describe, expect, test } from "vitest";
import type { Config } from "../model/plan/config.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import type { ProbeLine, SampledComponent } from "../model/record/probe.ts";
import type { RegisterLook } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import type { VaultLine } from "../model/record/vault.ts";
import { judge } from "./judge.ts";
import { withDevices } from "./testing/fake-devices.ts";
import { exportParts } from "./testing/fake-export.ts";
import { withNetworks } from "./testing/fake-networks.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./testing/fake-run.ts";
import { withVault } from "./testing/fake-vault.ts";
import { wrongExtensions } from "./told-extensions.ts";

const denied = (what: string) => `the record has ${what}, but its scenario or its configuration has not`;
interface Denial {
  scenario?: Partial<Scenario>;
  config?: Partial<Config>;
  run?: Partial<Run>;
}
const record = ({ run: of, ...parts }: Parts, { scenario, config, run }: Denial = {}) =>
  recordOf({
    ...parts,
    run: { ...of, ...run, scenario: { ...of.scenario, ...scenario }, config: { ...of.config, ...config } },
  });

const sampled = (part: SampledComponent): ProbeLine => ({
  ...{ type: "resources", part, atMs: 3000, tookMs: 5 },
  ...{ cpuSeconds: 1, memoryBytes: 1, receivedBytes: 0, sentBytes: 0 },
});
const read: RegisterLook = {
  ...{ n: 0, by: "read", register: 1, sentMs: 3000, doneMs: 3100, status: 503 },
  ...{ version: null, writer: null, servedBy: "", runner: "k6-1" },
};
const READS = { ratePerSecond: 5, of: "read" } as const;
const withRead = fakeRun({}, () => ({ looks: [read] }));
const { load } = withRead.run.scenario;

test("without anything beside the writes nothing is denied", () => {
  expect(wrongExtensions(fakeRun())).toEqual([]);
});

describe("devices", () => {
  const parts = withDevices(fakeParts());

  test("are in the scenario, the configuration and their ledgers", () => {
    expect(wrongExtensions(record(parts))).toEqual([]);
  });

  test.each<[string, Denial]>([
    ["the scenario", { scenario: { devices: null } }],
    ["the configuration", { config: { devices: null } }],
  ])("are denied by %s", (_, denial) => {
    expect(wrongExtensions(record(parts, denial))).toEqual([denied("devices")]);
    const silent = { ...parts, devices: [], bridges: [], held: [] };
    expect(wrongExtensions(record(silent, denial))).toEqual([denied("devices")]);
    expect(judge(record(parts, denial)).verdict).toBe("inconclusive");
  });

  test("are shown by the samples of machine use", () => {
    const both = { scenario: { devices: null }, config: { devices: null } };
    const silent = { ...parts, devices: [], bridges: [], held: [], probes: [sampled("bridge-b")] };
    expect(wrongExtensions(record(silent, both))).toEqual([denied("devices"), denied("devices")]);
  });

  test.each(["devices", "bridges", "held"] as const)("are shown by the ledger of %s alone", (name) => {
    const only = { ...parts, devices: [], bridges: [], held: [], [name]: parts[name] };
    const both = { scenario: { devices: null }, config: { devices: null } };
    expect(wrongExtensions(record(only, both))).toEqual([denied("devices"), denied("devices")]);
  });
});

test("a bulk export with answers was in the scenario", () => {
  const parts = exportParts();
  expect(wrongExtensions(record(parts))).toEqual([]);
  const none = record(parts, { scenario: { bulkExport: null } });
  expect(wrongExtensions(none)).toEqual([denied("a bulk export")]);
  expect(judge(none).verdict).toBe("inconclusive");
});

test("a vault whose clients recorded what they got was in the configuration", () => {
  const parts = withVault(fakeParts(), { guards: "data", stolen: 12 });
  expect(wrongExtensions(record(parts))).toEqual([]);
  const none = record(parts, { config: { vault: null } });
  expect(wrongExtensions(none)).toEqual([denied("a vault")]);
  expect(judge(none).verdict).toBe("inconclusive");
  const silent = { ...fakeParts(), probes: [sampled("vault")] };
  expect(wrongExtensions(record(silent))).toEqual([denied("a vault")]);
  expect(wrongExtensions(record({ ...silent, probes: [sampled("hapi-a")] }))).toEqual([]);
});

describe("what a vault guards", () => {
  const data = { guards: "data", retrySeconds: 1 } as const;
  const access = { guards: "access", certificateSeconds: 60, renewSeconds: 15, maxLifetimeSeconds: 30 } as const;
  const ofClients = ({ type }: VaultLine) => type !== "searched";

  test("is the data if data directories were searched, or could not be", () => {
    const parts = withVault(fakeParts(), { guards: "data", stolen: 12 });
    const readable = record(parts, { config: { vault: access } });
    expect(wrongExtensions(readable)).toEqual([denied("searches of data directories")]);
    expect(judge(readable).verdict).toBe("inconclusive");
    const failed: VaultLine = { type: "unreadable", side: "a", what: "data", why: "no space left" };
    const unsearched = { ...parts, vault: [...parts.vault.filter(ofClients), failed] };
    expect(wrongExtensions(record(unsearched))).toEqual([]);
    expect(wrongExtensions(record(unsearched, { config: { vault: access } }))).toEqual([
      denied("searches of data directories"),
    ]);
    const unread: VaultLine = { ...failed, what: "client" };
    expect(wrongExtensions(record({ ...parts, vault: [unread] }, { config: { vault: access } }))).toEqual([]);
  });

  test("is the access if there are certificates, or their renewers", () => {
    const parts = withVault(fakeParts(), { guards: "access" });
    expect(wrongExtensions(record(parts))).toEqual([]);
    const denial = record(parts, { config: { vault: data } });
    expect(wrongExtensions(denial)).toEqual([denied("client certificates")]);
    expect(judge(denial).verdict).toBe("inconclusive");
    const silent = { ...parts, vault: [], probes: [sampled("renewer-a")] };
    expect(wrongExtensions(record(silent))).toEqual([]);
    expect(wrongExtensions(record(silent, { config: { vault: data } }))).toEqual([denied("client certificates")]);
  });
});

test("registers that were read had reads in the load", () => {
  expect(wrongExtensions(withRead)).toEqual([denied("reads of registers")]);
  const { run } = withRead;
  const reading = { ...run, scenario: { ...run.scenario, load: { ...load, reads: READS } } };
  expect(wrongExtensions({ ...withRead, run: reading })).toEqual([]);
  expect(judge(withRead).verdict).toBe("inconclusive");
});

describe("client networks", () => {
  const parts = withNetworks(fakeParts());
  const disagree = [
    "scenario, configuration and run.json do not agree on whether clients were in networks of their own",
  ];
  const used = parts.run.privateLink as NonNullable<Run["privateLink"]>;

  test("are in the scenario, the configuration and run.json, each with a runner of its own", () => {
    expect(wrongExtensions(record(parts))).toEqual([]);
  });

  test.each<[string, Denial]>([
    ["run.json", { run: { privateLink: null } }],
    ["the configuration", { config: { privateLink: null } }],
    ["both of them", { run: { privateLink: null }, config: { privateLink: null } }],
  ])("are denied by %s", (_, denial) => {
    expect(wrongExtensions(record(parts, denial))).toEqual(disagree);
    expect(judge(record(parts, denial)).verdict).toBe("inconclusive");
  });

  test("are denied by the scenario", () => {
    const { privateLink: _, ...scenario } = parts.run.scenario;
    expect(wrongExtensions(recordOf({ ...parts, run: { ...parts.run, scenario } }))).toEqual(disagree);
  });

  test("have two runners, both of the load", () => {
    const one = record(parts, { run: { privateLink: { a: used.a, b: { ...used.b, runner: used.a.runner } } } });
    expect(wrongExtensions(one)).toEqual(["the clients of both networks are recorded as one runner's"]);
    expect(judge(one).verdict).toBe("inconclusive");
    const other = { a: used.a, b: { ...used.b, runner: "k6-3" } };
    const unknown = ["the clients of a network are recorded as k6-3's, which is no runner of the load"];
    expect(wrongExtensions(record(parts, { run: { privateLink: other } }))).toEqual(unknown);
    const unnamed = wrongExtensions(record(parts, { run: { runners: null } }));
    expect(unnamed).toHaveLength(2);
  });
});
