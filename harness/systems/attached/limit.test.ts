import { expect, test } from "vitest";
import type { Limit } from "./journal.ts";
import { coresOf, isLimit, limitOf, limitTo, restoring } from "./limit.ts";

const limit = (has: Partial<Limit>): Limit => limitOf({ HostConfig: has });

test.each<[Partial<Limit>, number | null, Partial<Limit>, Partial<Limit>]>([
  [{}, null, { CpuQuota: 5000 }, { CpuQuota: -1 }],
  [{ CpuQuota: -1 }, null, { CpuQuota: 5000 }, { CpuQuota: -1 }],
  [{ CpuQuota: 50_000 }, 0.5, { CpuQuota: 5000 }, { CpuQuota: 50_000 }],
  [{ CpuQuota: 50_000, CpuPeriod: 20_000 }, 2.5, { CpuQuota: 1000 }, { CpuQuota: 50_000 }],
  [{ NanoCpus: 1_500_000_000 }, 1.5, { NanoCpus: 50_000_000 }, { NanoCpus: 1_500_000_000 }],
])(
  "with %j it may use %j processors; it is limited to a twentieth by %j, and restored by %j",
  (has, cores, to, back) => {
    const was = limit(has);
    expect([coresOf(was), limitTo(0.05, was), restoring(was)]).toEqual([cores, to, back]);
    expect(isLimit({ ...was, ...to }, was)).toBe(false);
    expect(isLimit({ ...was, ...to, ...back }, was)).toBe(true);
  },
);
