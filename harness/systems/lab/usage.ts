/** A container's resource use, by the engine's counters. */
import type { Usage } from "../../system/usage.ts";
import { containerName } from "./container.ts";
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";

/** Those fields of the engine's statistics that are used here; empty for a container that does not run. */
export interface Stats {
  /** When the engine read its counters, by its own clock. */
  read?: string;
  cpu_stats: { cpu_usage: { total_usage?: number } };
  memory_stats: { usage?: number; stats?: { inactive_file?: number; total_inactive_file?: number } };
  networks?: Record<string, { rx_bytes: number; tx_bytes: number }>;
}

/** One reading ("one-shot"), without a second one for comparison; the engine takes one per second anyway. */
export async function usageOf(engine: Engine, run: string, part: string): Promise<Usage | null> {
  try {
    const container = dockerOf(engine).getContainer(containerName(run, part));
    const stats: Stats = await container.stats({ stream: false, "one-shot": true });
    const readAt = Date.parse(stats.read ?? "");
    return { ...usedAsOf(stats), readAt: Number.isNaN(readAt) ? null : readAt };
  } catch {
    return null;
  }
}

export function usedAsOf({ cpu_stats, memory_stats, networks }: Stats): Omit<Usage, "readAt"> {
  const { usage, stats } = memory_stats;
  if (usage === undefined) return { cpuSeconds: null, memoryBytes: null, receivedBytes: null, sentBytes: null };
  // `total_inactive_file` is the name in cgroup v1, `inactive_file` in v2.
  const cache = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
  const sum = (of: "rx_bytes" | "tx_bytes") =>
    networks ? Object.values(networks).reduce((bytes, network) => bytes + network[of], 0) : null;
  const nanoseconds = cpu_stats.cpu_usage.total_usage;
  return {
    cpuSeconds: nanoseconds === undefined ? null : nanoseconds / 1e9,
    memoryBytes: usage - cache,
    receivedBytes: sum("rx_bytes"),
    sentBytes: sum("tx_bytes"),
  };
}
