/** The rechecks: they see a fault active and then not, without sending anything through what is broken. */
import { expect, test } from "vitest";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { System } from "../system/system.ts";
import {
  bareComponent,
  bareLinks,
  bareNetfilter,
  bareProcessor,
  bareSystem,
  bareVault,
} from "../system/testing/bare-system.ts";
import { armFault } from "./index.ts";

interface World {
  enabled: boolean;
  toxics: string[];
  /** Dropped by each rule. */
  packets: number | null;
  running: boolean;
  paused: boolean;
  quotaUs: number;
  freeBytes: number;
  /** The exit code of `grep`; `null` where nothing runs. */
  hosts: 0 | 1 | 2 | null;
  /** Whether the customer lets the vault's clients have what it guards. */
  allowed: boolean;
}

const WELL: World = {
  ...{ enabled: true, toxics: [], packets: null, running: true, paused: false, quotaUs: -1 },
  ...{ freeBytes: 1000, hosts: 1, allowed: true },
};

/** A system with no address to send anything to and no server that could be asked. */
function systemOf(world: World): System {
  const status = async () => ({ running: world.running, frozen: world.paused });
  const component = bareComponent({ status, state: async () => (world.running ? "works" : "dead") });
  return bareSystem({
    component: () => component,
    site: () => ({ beforeServer: [{ name: "database", component }], server: { name: "server", component } }),
    processor: () => bareProcessor({ quotaUs: async () => world.quotaUs, timesMadeToWait: async () => 7 }),
    links: bareLinks({ isEnabled: async () => world.enabled, toxicsOf: async () => world.toxics }),
    netfilter: bareNetfilter({
      packetsOf: async (_, rules) => rules.map(() => world.packets),
      run: async () => (world.hosts === null ? null : { exitCode: world.hosts, output: "" }),
    }),
    vault: bareVault({ component, isAllowed: async () => world.allowed }),
    dcs: { members: ["etcd-a", "etcd-b"].map((name) => ({ name, component })), port: 2379 },
    disks: { a: { path: "/disk", run: async () => `${world.freeBytes}\n` } },
  });
}

const at = { afterSeconds: 0 };
const both = (kind: string) => [`${kind}-request`, `${kind}-answer`];
const latency: FaultSpec = { kind: "link-latency", link: "pg-a", latencyMs: 60, jitterMs: 20, ...at };
const refusal: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", ...at };
const silence: FaultSpec = { kind: "region-loss", side: "a", how: "silence", ...at };
const silent = { toxics: both("region-loss"), paused: true };

test.each<[string, FaultSpec, Partial<World>, boolean]>([
  ["a link that refuses", { kind: "link-cut", link: "edge", ...at }, { enabled: false }, true],
  ["one that is open", { kind: "link-cut", link: "edge", ...at }, {}, false],
  ["both toxics of a slow link", latency, { toxics: [...both("link-latency"), "another"] }, true],
  ["one of the two", latency, { toxics: ["link-latency-request"] }, false],
  [
    "the one of a loss",
    { kind: "message-loss", link: "edge", lost: "request", ...at },
    { toxics: ["message-loss-request"] },
    true,
  ],
  ["its rules", { kind: "packet-drop", link: "edge", direction: "both", ...at }, { packets: 0 }, true],
  ["none of them", { kind: "packet-drop", link: "edge", direction: "both", ...at }, {}, false],
  ["the rule about names", { kind: "dns-failure", part: "nginx", ...at }, { packets: 3 }, true],
  ["none about them", { kind: "dns-failure", part: "nginx", ...at }, {}, false],
  ["the wrong name", { kind: "dns-stale", part: "nginx", ...at }, { hosts: 0 }, true],
  ["no wrong name", { kind: "dns-stale", part: "nginx", ...at }, { hosts: 1 }, false],
  ["a dead part, which has lost it", { kind: "dns-stale", part: "nginx", ...at }, { hosts: null }, false],
  ["a part that stands still", { kind: "freeze", part: "pg-a", ...at }, { paused: true }, true],
  ["one that goes on", { kind: "freeze", part: "pg-a", ...at }, {}, false],
  ["a dead process", { kind: "process-kill", part: "pg-a", ...at }, { running: false }, true],
  ["its share of a processor", { kind: "cpu-starvation", part: "pg-a", cores: 0.1, ...at }, { quotaUs: 10_000 }, true],
  ["another share", { kind: "cpu-starvation", part: "pg-a", cores: 0.1, ...at }, { quotaUs: 20_000 }, false],
  ["a store without members", { kind: "dcs-loss", ...at }, { running: false }, true],
  ["one whose members run", { kind: "dcs-loss", ...at }, {}, false],
  ["no way to it", { kind: "dcs-partition", side: "a", ...at }, { packets: 0 }, true],
  ["a way to it", { kind: "dcs-partition", side: "a", ...at }, {}, false],
  ["no way to the vault", { kind: "vault-partition", ...at }, { packets: 0 }, true],
  ["a way to it", { kind: "vault-partition", ...at }, {}, false],
  ["a dead vault", { kind: "vault-loss", ...at }, { running: false }, true],
  ["one that runs", { kind: "vault-loss", ...at }, {}, false],
  ["a key that was taken away", { kind: "key-revocation", ...at }, { allowed: false }, true],
  ["one that was given back", { kind: "key-revocation", ...at }, {}, false],
  ["nothing free", { kind: "disk-full", side: "a", ...at }, { freeBytes: 0 }, true],
  ["something free", { kind: "disk-full", side: "a", ...at }, { freeBytes: 4096 }, false],
  ["a refusing region", refusal, { enabled: false, running: false }, true],
  ["one with a machine that runs", refusal, { enabled: false }, false],
  ["one with a way in", refusal, { running: false }, false],
  ["a silent region", silence, silent, true],
  ["one whose machines run", silence, { ...silent, paused: false }, false],
  ["one of which answers get out", silence, { ...silent, toxics: ["region-loss-request"] }, false],
])("%s", async (_, spec, changes, stands) => {
  const { bit, gone = !bit } = await armFault(systemOf({ ...WELL, ...changes }), spec).recheck();
  expect([bit, gone]).toEqual([stands, !stands]);
});

test("names that cannot be read are not taken for right ones", async () => {
  const stale = armFault(systemOf({ ...WELL, hosts: 2 }), { kind: "dns-stale", part: "nginx", ...at });
  await expect(stale.recheck()).rejects.toThrow(/cannot be read/);
});
