import { expect, test } from "vitest";
import { type Stats, usedAsOf } from "./usage.ts";

const NETWORKS = { eth0: { rx_bytes: 100, tx_bytes: 20 }, eth1: { rx_bytes: 5, tx_bytes: 3 } };
const of = (memory: Stats["memory_stats"], networks: Stats["networks"] = NETWORKS): Stats => ({
  cpu_stats: { cpu_usage: { total_usage: 2_500_000_000 } },
  memory_stats: memory,
  networks,
});

test.each([
  ["v1", { total_inactive_file: 300, inactive_file: 7 }],
  ["v2", { inactive_file: 300 }],
])("with cgroup %s, memory excludes the inactive page cache", (_, stats) => {
  expect(usedAsOf(of({ usage: 1000, stats }))).toEqual({
    cpuSeconds: 2.5,
    memoryBytes: 700,
    receivedBytes: 105,
    sentBytes: 23,
  });
});

test("the usage of a container that does not run is unknown: the engine reports 0 or nothing", () => {
  const stopped: Stats = { cpu_stats: { cpu_usage: { total_usage: 0 } }, memory_stats: {} };
  const nothing = { cpuSeconds: null, memoryBytes: null, receivedBytes: null, sentBytes: null };
  expect(usedAsOf(stopped)).toEqual(nothing);
});

test("values that the engine omits are unknown", () => {
  const found = usedAsOf({ cpu_stats: { cpu_usage: {} }, memory_stats: { usage: 9 } });
  expect(found).toEqual({ cpuSeconds: null, memoryBytes: 9, receivedBytes: null, sentBytes: null });
});
