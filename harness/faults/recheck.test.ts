/** The rechecks: they see a fault active and then cleared, without sending anything through what is broken. */
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
  /** The exit code of `grep`; `null` when the component does not run. */
  hosts: 0 | 1 | 2 | null;
  /** Whether the customer lets the vault's clients have what it guards. */
  allowed: boolean;
}

const WELL: World = {
  ...{ enabled: true, toxics: [], packets: null, running: true, paused: false, quotaUs: -1 },
  ...{ freeBytes: 1000, hosts: 1, allowed: true },
};

/** A system without any address or server to send requests to. */
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
  ["a disabled link", { kind: "link-cut", link: "edge", ...at }, { enabled: false }, true],
  ["an enabled link", { kind: "link-cut", link: "edge", ...at }, {}, false],
  ["both latency toxics", latency, { toxics: [...both("link-latency"), "another"] }, true],
  ["one latency toxic of two", latency, { toxics: ["link-latency-request"] }, false],
  [
    "the toxic of a message loss",
    { kind: "message-loss", link: "edge", lost: "request", ...at },
    { toxics: ["message-loss-request"] },
    true,
  ],
  ["the packet-drop rules", { kind: "packet-drop", link: "edge", direction: "both", ...at }, { packets: 0 }, true],
  ["no packet-drop rule", { kind: "packet-drop", link: "edge", direction: "both", ...at }, {}, false],
  ["the name server rule", { kind: "dns-failure", part: "nginx", ...at }, { packets: 3 }, true],
  ["no name server rule", { kind: "dns-failure", part: "nginx", ...at }, {}, false],
  ["a stale hosts entry", { kind: "dns-stale", part: "nginx", ...at }, { hosts: 0 }, true],
  ["no stale hosts entry", { kind: "dns-stale", part: "nginx", ...at }, { hosts: 1 }, false],
  [
    "a dead component, which has lost its hosts entry",
    { kind: "dns-stale", part: "nginx", ...at },
    { hosts: null },
    false,
  ],
  ["a paused component", { kind: "freeze", part: "pg-a", ...at }, { paused: true }, true],
  ["a component that is not paused", { kind: "freeze", part: "pg-a", ...at }, {}, false],
  ["a dead process", { kind: "process-kill", part: "pg-a", ...at }, { running: false }, true],
  ["our processor limit", { kind: "cpu-starvation", part: "pg-a", cores: 0.1, ...at }, { quotaUs: 10_000 }, true],
  ["another processor limit", { kind: "cpu-starvation", part: "pg-a", cores: 0.1, ...at }, { quotaUs: 20_000 }, false],
  ["a DCS with all members dead", { kind: "dcs-loss", ...at }, { running: false }, true],
  ["a DCS whose members run", { kind: "dcs-loss", ...at }, {}, false],
  ["a rule against the DCS", { kind: "dcs-partition", side: "a", ...at }, { packets: 0 }, true],
  ["no rule against the DCS", { kind: "dcs-partition", side: "a", ...at }, {}, false],
  ["a rule against the vault", { kind: "vault-partition", ...at }, { packets: 0 }, true],
  ["no rule against the vault", { kind: "vault-partition", ...at }, {}, false],
  ["a dead vault", { kind: "vault-loss", ...at }, { running: false }, true],
  ["a running vault", { kind: "vault-loss", ...at }, {}, false],
  ["a revoked key", { kind: "key-revocation", ...at }, { allowed: false }, true],
  ["a restored key", { kind: "key-revocation", ...at }, {}, false],
  ["a disk with no free space", { kind: "disk-full", side: "a", ...at }, { freeBytes: 0 }, true],
  ["a disk with free space", { kind: "disk-full", side: "a", ...at }, { freeBytes: 4096 }, false],
  ["a refusing region", refusal, { enabled: false, running: false }, true],
  ["a refusing region with a running machine", refusal, { enabled: false }, false],
  ["a refusing region with an enabled link", refusal, { running: false }, false],
  ["a silent region", silence, silent, true],
  ["a silent region with running machines", silence, { ...silent, paused: false }, false],
  ["a silent region whose answers get out", silence, { ...silent, toxics: ["region-loss-request"] }, false],
])("%s", async (_, spec, changes, active) => {
  const { bit, gone = !bit } = await armFault(systemOf({ ...WELL, ...changes }), spec).recheck();
  expect([bit, gone]).toEqual([active, !active]);
});

test("an unreadable hosts file does not count as cleared", async () => {
  const stale = armFault(systemOf({ ...WELL, hosts: 2 }), { kind: "dns-stale", part: "nginx", ...at });
  await expect(stale.recheck()).rejects.toThrow(/cannot read the hosts file of nginx/);
});
