/**
 * Samples what every container of the drill uses, about once a second: from the engine's counters, and for a database
 * from what it reports of its WAL and disk. The engine is asked for a single reading (one-shot). It reads only once a
 * second, and a request waits for that, so the recorded duration is mostly waiting. Measured cost: 8 ms of processor
 * time a second for all requests together.
 */
import type { ResourceProbe, SampledComponent } from "../model/record/probe.ts";
import { KeptConnection } from "../system/kept-connection.ts";
import type { System } from "../system/system.ts";
import type { Usage } from "../system/usage.ts";

const PERIOD_MS = 1000;

type Used = Omit<Usage, "readAt">;
type DiskUse = Required<Pick<ResourceProbe, "walBytes" | "diskBytes">>;

const DISK = `
  select pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end,
                         '0/0')::float8 as "walBytes",
         (pg_database_size(current_database()) + (select sum(size) from pg_ls_waldir()))::float8 as "diskBytes"`;

/** Starts sampling; the returned function stops it. */
export function startResourceProbe(
  { postgres, sampled, usageOf }: Pick<System, "postgres" | "sampled" | "usageOf">,
  now: () => number,
  report: (probe: ResourceProbe) => void,
): () => Promise<void> {
  const databases: Partial<Record<SampledComponent, KeptConnection>> = {
    "pg-a": new KeptConnection(postgres.a),
    "pg-b": new KeptConnection(postgres.b),
  };
  // A container that is just starting answers late; the others must not wait for it.
  const busy = new Map<SampledComponent, Promise<void>>();
  const sample = async (part: SampledComponent) => {
    const askedMs = now();
    const [usage, disk] = await Promise.all([usageOf(part), diskOf(databases[part])]);
    const { readAt, ...used } = usage ?? { ...NOTHING_KNOWN, readAt: null };
    const doneMs = now();
    // A busy container answers late, so the sample's time is the reading's own, within the bounds of the request.
    const readMs = readAt === null ? null : doneMs - Date.now() + readAt;
    const atMs = Math.min(doneMs, Math.max(askedMs, readMs ?? askedMs));
    report({ type: "resources", part, atMs, tookMs: doneMs - askedMs, ...used, ...disk });
  };
  const timer = setInterval(() => {
    for (const part of sampled)
      if (!busy.has(part))
        busy.set(
          part,
          sample(part).finally(() => busy.delete(part)),
        );
  }, PERIOD_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(busy.values());
    for (const database of Object.values(databases)) database.end();
  };
}

const NOTHING_KNOWN: Used = { cpuSeconds: null, memoryBytes: null, receivedBytes: null, sentBytes: null };

/** Nothing for a component that is not a database. */
async function diskOf(database: KeptConnection | undefined): Promise<DiskUse | undefined> {
  return database && ((await database.firstRow<DiskUse>(DISK)) ?? { walBytes: null, diskBytes: null });
}
