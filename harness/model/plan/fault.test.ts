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
])("what can be seen to bite is allowed, and what cannot is not: %j, %j", (good, bad) => {
  expect(isFault(good)).toBe(true);
  expect(isFault(bad)).toBe(false);
});

test("a region that was lost before there were two ways of it was lost by refusal", () => {
  const old = { kind: "region-loss", side: "a", afterSeconds: 5 };
  expect(FaultSchema.parse(old)).toEqual({ ...old, how: "refusal" });
  expect(isFault({ kind: "region-loss", side: "b", how: "silence" })).toBe(true);
  expect(isFault({ kind: "region-loss", side: "b", how: "fire" })).toBe(false);
});

test("what is broken must be there", () => {
  expect(isFault({ kind: "process-kill", part: "pg-b" })).toBe(true);
  expect(isFault({ kind: "process-kill", part: "pg-c" })).toBe(false);
  expect(isFault({ kind: "freeze", part: "nginx" })).toBe(true);
  expect(isFault({ kind: "freeze" })).toBe(false);
  expect(isFault({ kind: "disk-full", side: "c" })).toBe(false);
});

test("no less of a core is given out than the kernel can", () => {
  const starved = (cores: number) => isFault({ kind: "cpu-starvation", part: "hapi-a", cores });
  expect([starved(0.1), starved(0.01), starved(0.009), starved(0)]).toEqual([true, true, false, false]);
});

test("what is done to the vault is done at no site", () => {
  for (const kind of ["vault-partition", "vault-loss", "key-revocation"] as const) {
    const fault = FaultSchema.parse({ kind, afterSeconds: 0 });
    expect([isVaultFault(fault), faultName(fault)]).toEqual([true, kind]);
  }
  expect(isVaultFault({ kind: "dcs-loss", afterSeconds: 0 })).toBe(false);
});
