/**
 * A container's processor limit in the engine's terms: in billionths of a processor, or as a quota of a period, both in
 * microseconds. The engine accepts only one of the two. 0 means no change, -1 an unlimited quota.
 */
import type { Limit } from "./journal.ts";

/** The kernel's default, for a container without a period of its own. */
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

/** The engine settings that limit a container with the limit `was`. */
export function limitTo(cores: number, was: Limit): Partial<Limit> {
  return was.NanoCpus > 0 ? { NanoCpus: Math.round(cores * 1e9) } : { CpuQuota: Math.round(cores * periodOf(was)) };
}

/** The engine settings that restore a limit. */
export function restoring({ NanoCpus, CpuQuota }: Limit): Partial<Limit> {
  return NanoCpus > 0 ? { NanoCpus } : { CpuQuota: CpuQuota > 0 ? CpuQuota : -1 };
}

export function isLimit(one: Limit, other: Limit): boolean {
  const quota = ({ CpuQuota }: Limit) => Math.max(0, CpuQuota);
  return one.NanoCpus === other.NanoCpus && quota(one) === quota(other);
}

const periodOf = ({ CpuPeriod }: Limit) => (CpuPeriod > 0 ? CpuPeriod : PERIOD_US);
