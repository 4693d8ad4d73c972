/**
 * What every container of the drill uses, about once a second: by the engine's own counters, and for a database by what
 * it says of its WAL and its disk. The engine is asked for one reading and no second one to compare it with. It
 * reads once a second whoever asks, and a look waits for that: what it takes is recorded, and is waiting for the most part.
 * Measured: all looks together take the harness 8 ms of processor a second.
 */
import { type ResourceProbe, SAMPLED_PARTS, type SampledPart } from "../model/probe.ts";
import { containerName } from "../topology/container.ts";
import type { Topology } from "../topology/topology.ts";
import { KeptConnection } from "./kept-connection.ts";

const PERIOD_MS = 1000;

type Used = Omit<ResourceProbe, "type" | "part" | "atMs" | "tookMs">;
type DiskUse = Required<Pick<ResourceProbe, "walBytes" | "diskBytes">>;

const DISK = `
  select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as "walBytes",
         (pg_database_size(current_database()) + (select sum(size) from pg_ls_waldir()))::float8 as "diskBytes"`;

/** Starts sampling; the returned function stops it. */
export function startResourceProbe(
  topology: Topology,
  now: () => number,
  report: (probe: ResourceProbe) => void,
): () => Promise<void> {
  const { a, b } = topology.postgres;
  const databases: Partial<Record<SampledPart, KeptConnection>> = {
    "pg-a": new KeptConnection(a),
    "pg-b": new KeptConnection(b),
  };
  // A container that is just being started answers late, and nobody else is to wait for it.
  const busy = new Map<SampledPart, Promise<void>>();
  const look = async (part: SampledPart) => {
    const askedMs = now();
    const [{ readMs, ...used }, disk] = await Promise.all([usedBy(topology, part, now), diskOf(databases[part])]);
    const doneMs = now();
    const atMs = Math.min(doneMs, Math.max(askedMs, readMs ?? askedMs));
    report({ type: "resources", part, atMs, tookMs: doneMs - askedMs, ...used, ...disk });
  };
  const timer = setInterval(() => {
    for (const part of SAMPLED_PARTS)
      if (!busy.has(part))
        busy.set(
          part,
          look(part).finally(() => busy.delete(part)),
        );
  }, PERIOD_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(busy.values());
    for (const database of Object.values(databases)) database.end();
  };
}

/** What the engine says of a container, as far as it is used here; of one that does not run it says nothing. */
export interface Stats {
  /** When it read its counters, by its own clock. */
  read?: string;
  cpu_stats: { cpu_usage: { total_usage?: number } };
  memory_stats: { usage?: number; stats?: { inactive_file?: number; total_inactive_file?: number } };
  networks?: Record<string, { rx_bytes: number; tx_bytes: number }>;
}

/** An engine that is busy answers late, so the time of its reading is taken from itself, as far as that can be. */
async function usedBy(
  { engine, run }: Topology,
  part: SampledPart,
  now: () => number,
): Promise<Used & { readMs: number | null }> {
  try {
    const container = engine.container.dockerode.getContainer(containerName(run, part));
    const stats: Stats = await container.stats({ stream: false, "one-shot": true });
    const readMs = now() - Date.now() + Date.parse(stats.read ?? "");
    return { ...usedAsOf(stats), readMs: Number.isNaN(readMs) ? null : readMs };
  } catch {
    return { ...NOTHING_KNOWN, readMs: null };
  }
}

const NOTHING_KNOWN: Used = { cpuSeconds: null, memoryBytes: null, receivedBytes: null, sentBytes: null };

export function usedAsOf({ cpu_stats, memory_stats, networks }: Stats): Used {
  const { usage, stats } = memory_stats;
  if (usage === undefined) return NOTHING_KNOWN;
  // The first is of the second generation of control groups, the other of the first.
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

/** Of a part that is no database there is nothing to tell. */
async function diskOf(database: KeptConnection | undefined): Promise<DiskUse | undefined> {
  return database && ((await database.firstRow<DiskUse>(DISK)) ?? { walBytes: null, diskBytes: null });
}
