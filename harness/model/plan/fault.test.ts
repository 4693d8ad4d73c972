import { expect, test } from "vitest";
import { FaultSchema, faultName, isVaultFault } from "./fault.ts";

const isFault = (fault: Record<string, unknown>) => FaultSchema.safeParse({ afterSeconds: 0, ...fault }).success;
const latency = { kind: "link-latency", link: "edge" };

test.each([
  [
    { ...latency, latencyMs: 20, jitterMs: 10 },
    { ...latency, latencyMs: 19, jitterMs: 0 },
  ],
  [
    { ...latency, latencyMs: 100, jitterMs: 50 },
    { ...latency, latencyMs: 100, jitterMs: 51 },
  ],
  [
    { kind: "link-bandwidth", link: "pg-a", kilobytesPerSecond: 1000 },
    { kind: "link-bandwidth", link: "pg-a", kilobytesPerSecond: 1001 },
  ],
  [
    { kind: "link-reset", link: "pg-a", afterMs: 0 },
    { kind: "link-reset", link: "pg-a", afterMs: 2001 },
  ],
  [
    { kind: "link-slow-close", link: "pg-a", delayMs: 50 },
    { kind: "link-slow-close", link: "pg-a", delayMs: 49 },
  ],
  [
    { kind: "dns-failure", part: "nginx" },
    { kind: "dns-failure", part: "toxiproxy" },
  ],
])("a fault that can be seen to be active is allowed, others are not: %j, %j", (good, bad) => {
  expect(isFault(good)).toBe(true);
  expect(isFault(bad)).toBe(false);
});

test("in older records a region loss is by refusal", () => {
  const old = { kind: "region-loss", side: "a", afterSeconds: 5 };
  expect(FaultSchema.parse(old)).toEqual({ ...old, how: "refusal" });
  expect(isFault({ kind: "region-loss", side: "b", how: "silence" })).toBe(true);
  expect(isFault({ kind: "region-loss", side: "b", how: "fire" })).toBe(false);
});

test("the target of a fault must exist", () => {
  expect(isFault({ kind: "process-kill", part: "pg-b" })).toBe(true);
  expect(isFault({ kind: "process-kill", part: "pg-c" })).toBe(false);
  expect(isFault({ kind: "freeze", part: "nginx" })).toBe(true);
  expect(isFault({ kind: "freeze" })).toBe(false);
  expect(isFault({ kind: "disk-full", side: "c" })).toBe(false);
});

test("a core's share is at least the kernel's minimum", () => {
  const starved = (cores: number) => isFault({ kind: "cpu-starvation", part: "hapi-a", cores });
  expect([starved(0.1), starved(0.01), starved(0.009), starved(0)]).toEqual([true, true, false, false]);
});

test("vault faults have no site", () => {
  for (const kind of ["vault-partition", "vault-loss", "key-revocation"] as const) {
    const fault = FaultSchema.parse({ kind, afterSeconds: 0 });
    expect([isVaultFault(fault), faultName(fault)]).toEqual([true, kind]);
  }
  expect(isVaultFault({ kind: "dcs-loss", afterSeconds: 0 })).toBe(false);
});
