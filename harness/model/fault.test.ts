import { expect, test } from "vitest";
import { FaultSchema } from "./fault.ts";

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
