/**
 * The figures that are exported as numbers, in base units: seconds, bytes, ratios of 1. Who sums a
 * column or draws a panel does not read the word beside it, so a run that proves nothing has none (`counted.ts`).
 */
import type { Measures, Use } from "../../model/verdict/verdict.ts";
import type { Observation } from "../../stats/median.ts";
import { countedFigure } from "../figures/counted.ts";
import { OBSERVED, seen } from "../figures/observed.ts";
import type { ExportedRun } from "./exported-run.ts";

export interface ExportedFigure {
  /** Without its unit. Figures of one name differ in their labels, and stand together. */
  name: string;
  unit: "seconds" | "bytes" | "ratio" | "bytes_per_second" | "cores" | "writes";
  help: string;
  labels: Readonly<Record<string, string>>;
  /** It may be known only to be at least so much. */
  mayBeCensored: boolean;
  /** `null` where it is not known. */
  of: (measures: Measures) => Observation | null;
}

export function figureOf({ verdict }: ExportedRun, figure: ExportedFigure): Observation | null {
  return countedFigure(verdict, figure.of);
}

const divided = (value: number | null, by: number): number | null => (value === null ? null : value / by);

function figure(
  name: string,
  unit: ExportedFigure["unit"],
  help: string,
  of: (measures: Measures) => number | null,
  labels = {},
): ExportedFigure {
  return { name, unit, help, labels, mayBeCensored: false, of: (measures) => seen(of(measures)) };
}

function bounded(name: string, help: string, of: ExportedFigure["of"]): ExportedFigure {
  return { name, unit: "seconds", help, labels: {}, mayBeCensored: true, of };
}

const PHASES = ["before", "during", "after"] as const;
const QUANTILES = [
  ["p50", "0.5"],
  ["p95", "0.95"],
  ["p99", "0.99"],
] as const;

/** Of each phase about the fault, each quantile. */
function quantilesOf(
  name: string,
  unit: "seconds" | "bytes",
  help: string,
  of: (measures: Measures, phase: (typeof PHASES)[number], key: "p50" | "p95" | "p99") => number | null,
): ExportedFigure[] {
  return PHASES.flatMap((phase) =>
    QUANTILES.map(([key, quantile]) =>
      figure(name, unit, help, (measures) => of(measures, phase, key), { phase, quantile }),
    ),
  );
}

function useOf(name: string, unit: ExportedFigure["unit"], help: string, key: keyof Use): ExportedFigure[] {
  const told = `${help} (unfollowed: A, while B did not follow it yet)`;
  return (["a", "b", "unfollowed"] as const).map((side) =>
    figure(name, unit, told, ({ resources }) => resources[side][key], { side }),
  );
}

export const EXPORTED: readonly ExportedFigure[] = [
  ...(["attempted", "acknowledged", "failed", "indeterminate"] as const).map((outcome) =>
    figure("sent", "writes", "Writes that were sent, by how they ended", ({ writes }) => writes[outcome], { outcome }),
  ),
  figure("lost", "writes", "Acknowledged writes that are not on the side that serves at the end", (m) => m.lost.count),
  figure("stranded", "writes", "Lost writes that can still be brought back", (m) => m.stranded.count),
  figure(
    "savable",
    "writes",
    "Gone writes that stood in a lost site's log when it came back",
    (m) => m.savable.inLog.count,
  ),
  figure(
    "archived",
    "writes",
    "Gone writes that are still in a site's archive of its log",
    (m) => m.savable.inArchive?.count ?? null,
  ),
  bounded("downtime", "Time in which scheduled writes were not acknowledged", OBSERVED.downtime),
  bounded("rto", "From the fault until service was back for good", OBSERVED.rto),
  ...(["detect", "switch", "resume"] as const).map((part) =>
    figure("rto_part", "seconds", "The operator's share of the RTO, step by step", ({ rto }) => rto[part], { part }),
  ),
  figure("rpo", "seconds", "How old the oldest write was that the disaster cost", ({ rpo }) => rpo.seconds),
  bounded("redundancy", "From the fault to two sides of equal content", OBSERVED.redundancy),
  figure("availability", "ratio", "Share of time, or of writes, that was served", (m) => m.availability.byTime, {
    by: "time",
  }),
  figure("availability", "ratio", "Share of time, or of writes, that was served", (m) => m.availability.byCount, {
    by: "writes",
  }),
  ...quantilesOf("latency", "seconds", "From sending to acknowledgement", ({ latency }, phase, key) =>
    divided(latency[phase][key], 1000),
  ),
  ...quantilesOf("replication_lag", "seconds", "Age of what the follower shows", ({ replicationLag }, phase, key) =>
    divided(replicationLag[phase].heartbeatMs[key], 1000),
  ),
  ...quantilesOf("replication_lag", "bytes", "Log that the follower lacks", ({ replicationLag }, phase, key) => {
    return replicationLag[phase].lsnBytes[key];
  }),
  ...useOf("processor", "cores", "Processor seconds a second that a side used", "cores"),
  ...useOf("memory", "bytes", "Memory that a side used", "memoryBytes"),
  ...useOf("network", "bytes_per_second", "What a side sent and received", "networkBytesPerSecond"),
  ...useOf("wal", "bytes_per_second", "Log that a side's database wrote", "walBytesPerSecond"),
  ...useOf("disk", "bytes", "Disk that a side's database took", "diskBytes"),
  figure("replication", "bytes_per_second", "What the follower's database received", ({ resources }) => {
    return resources.replicationBytesPerSecond;
  }),
  ...(["cores", "memory", "network", "wal", "disk"] as const).map((resource) =>
    figure(
      "overhead",
      "ratio",
      "Of what A uses alone, what recovery adds",
      ({ resources }) => resources.share[resource],
      {
        resource,
      },
    ),
  ),
];
