import { expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { ALL_CAPABILITIES, type Capability } from "../model/plan/capability.ts";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { PlannedOperation } from "../model/plan/planned-operation.ts";
import { EXIT } from "../model/program/failure.ts";
import { refuseUnsupported, unsupported } from "./supported.ts";

const without = (...lacking: Capability[]) => new Set([...ALL_CAPABILITIES].filter((each) => !lacking.includes(each)));

const cut: FaultSpec = { kind: "link-cut", link: "replication", afterSeconds: 0 };
const full: FaultSpec = { kind: "disk-full", side: "b", afterSeconds: 0 };
const back: PlannedOperation = { kind: "switchover", to: "a", afterSeconds: 9 };

test("devices, and the loss of their broker, need a system that has one", () => {
  const why = "needs a system that has a broker and a bridge for devices in each region; this is not one";
  const killed: FaultSpec = { kind: "process-kill", part: "broker-a", afterSeconds: 0 };
  const lacking = without("devices");
  const devices = { count: 1, ratePerSecond: 1 };
  expect(unsupported({ faults: [], orders: [], devices }, lacking)).toBe(`a feed of devices ${why}`);
  expect(unsupported({ faults: [killed], orders: [] }, lacking)).toBe(`process-kill of broker-a ${why}`);
  expect(unsupported({ faults: [{ ...killed, part: "nginx" }], orders: [] }, lacking)).toBeNull();
});

test("a pod cannot be frozen, slowed or kept down, and a container cannot be drained", () => {
  const on = (kind: "target-freeze" | "target-loss" | "node-drain" | "target-crash"): FaultSpec => ({
    ...{ kind, target: "db", afterSeconds: 0 },
  });
  const asked = (kind: Parameters<typeof on>[0], lacking: Capability) =>
    unsupported({ faults: [on(kind)], orders: [] }, without(lacking));
  expect(asked("target-freeze", "container")).toBe(
    "target-freeze of db needs a system whose targets are containers (a pod cannot be frozen, slowed or kept down: its controller would replace it); this is not one",
  );
  expect(asked("target-loss", "container")).toMatch(/^target-loss of db needs a system whose targets are containers/);
  expect(asked("node-drain", "pod")).toBe(
    "node-drain of db needs a system whose targets are pods of Kubernetes; this is not one",
  );
  expect([asked("target-crash", "container"), asked("target-crash", "pod")]).toEqual([null, null]);
});

test("clients in private networks, and the loss of a network with its region, need a system with such networks", () => {
  const why = "needs a system whose clients are in two private networks, one in each region; this is not one";
  const loss: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0 };
  const lacking = without("privateLink");
  expect(unsupported({ faults: [], orders: [], privateLink: true }, lacking)).toBe(
    `a load from private networks ${why}`,
  );
  expect(unsupported({ faults: [{ ...loss, network: true }], orders: [] }, lacking)).toBe(`region-loss of A ${why}`);
  const peering: FaultSpec = { kind: "peering-loss", afterSeconds: 0 };
  expect(unsupported({ faults: [peering], orders: [] }, lacking)).toBe(`peering-loss ${why}`);
  expect(unsupported({ faults: [loss], orders: [] }, lacking)).toBeNull();
});

test("vault faults need a system with a vault", () => {
  for (const kind of ["vault-partition", "vault-loss", "key-revocation"] as const)
    expect(unsupported({ faults: [{ kind, afterSeconds: 0 }], orders: [] }, without("vault"))).toBe(
      `${kind} needs a system whose databases or FHIR servers depend on a vault; this is not one`,
    );
});

test("a system with all capabilities supports every scenario", () => {
  expect(SCENARIOS.length).toBeGreaterThan(20);
  for (const scenario of SCENARIOS) expect(unsupported(scenario, ALL_CAPABILITIES)).toBeNull();
});

test.each<[string, FaultSpec[], PlannedOperation[], Capability, string]>([
  ["a fault", [cut], [], "links", "link-cut of replication needs a system whose links can be"],
  ["one of several", [cut, full], [], "disks", "disk-full of B needs a system whose databases have disks"],
  ["a planned operation", [], [back], "proxy", "switchover needs a system whose clients can be routed"],
])("%s that a system cannot do is named with what it needs", (_, faults, orders, lacking, why) => {
  // A system that fails over by itself needs no routable proxy.
  expect(unsupported({ faults, orders, bulkExport: null }, without("failover", lacking))).toContain(why);
});

test("a system that fails over by itself needs nothing else for switchover and restart", () => {
  const byItself = new Set<Capability>(["failover", "hapi"]);
  expect(unsupported({ faults: [], orders: [back], bulkExport: null }, byItself)).toBeNull();
  const restart: PlannedOperation = { kind: "restart", side: "b", afterSeconds: 0 };
  expect(unsupported({ faults: [], orders: [restart], bulkExport: null }, byItself)).toBeNull();
  const across: PlannedOperation = { kind: "serve-across", compute: "a", latencyMs: 10, afterSeconds: 0 };
  expect(unsupported({ faults: [], orders: [across], bulkExport: null }, byItself)).toContain(
    "serve-across needs a system whose sites can be fenced",
  );
});

test("a bulk export needs a system whose jobs can be followed", () => {
  const asked: Parameters<typeof unsupported>[0] = {
    ...{ faults: [cut], orders: [], bulkExport: { level: "patient", waitSeconds: 600 } },
  };
  expect(unsupported(asked, without("exports"))).toContain(
    "a bulk export needs a system whose bulk exports can be followed",
  );
  expect(unsupported(asked, ALL_CAPABILITIES)).toBeNull();
});

test("capabilities that the scenario does not need may be missing", () => {
  expect(
    unsupported({ faults: [cut], orders: [], bulkExport: null }, without("disks", "clocks", "processor", "proxy")),
  ).toBeNull();
});

test("the refusal is a usage failure with what, why and what to do", () => {
  const refused = () =>
    refuseUnsupported({ name: "one", faults: [full], orders: [], bulkExport: null }, without("disks"));
  expect(refused).toThrow(
    expect.objectContaining({
      exitCode: EXIT.usage,
      text: {
        what: "one cannot be drilled on this system",
        why: "disk-full of B needs a system whose databases have disks that can be filled up; this is not one",
        todo: "choose another scenario",
      },
    }),
  );
});
