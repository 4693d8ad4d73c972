/**
 * A container's share of the processors as the engine keeps it: in billionths of a processor, or as a quota of a period in
 * microseconds. It takes one of the two only, and 0 for no change; -1 is a quota without end.
 */
import type { Limit } from "./journal.ts";

/** The kernel's, where the container has none of its own. */
const PERIOD_US = 100_000;

export function limitOf({ HostConfig }: { HostConfig: { [Key in keyof Limit]?: number | undefined } }): Limit {
  const { NanoCpus = 0, CpuQuota = 0, CpuPeriod = 0 } = HostConfig;
  return { NanoCpus, CpuQuota, CpuPeriod };
}

/** How many processors it may use; `null` without a limit. */
export function coresOf(limit: Limit): number | null {
  if (limit.NanoCpus > 0) return limit.NanoCpus / 1e9;
  return limit.CpuQuota > 0 ? limit.CpuQuota / periodOf(limit) : null;
}

/** What the engine is told to limit one that has that limit. */
export function limitTo(cores: number, was: Limit): Partial<Limit> {
  return was.NanoCpus > 0 ? { NanoCpus: Math.round(cores * 1e9) } : { CpuQuota: Math.round(cores * periodOf(was)) };
}

/** What the engine is told to restore that limit. */
export function restoring({ NanoCpus, CpuQuota }: Limit): Partial<Limit> {
  return NanoCpus > 0 ? { NanoCpus } : { CpuQuota: CpuQuota > 0 ? CpuQuota : -1 };
}

export function isLimit(one: Limit, other: Limit): boolean {
  const quota = ({ CpuQuota }: Limit) => Math.max(0, CpuQuota);
  return one.NanoCpus === other.NanoCpus && quota(one) === quota(other);
}

const periodOf = ({ CpuPeriod }: Limit) => (CpuPeriod > 0 ? CpuPeriod : PERIOD_US);
