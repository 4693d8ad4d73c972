/**
 * The figures that are exported as numbers, in base units: seconds, bytes, ratios of 1. Sums and charts ignore the verdict
 * beside a figure, so an inconclusive run has none (`counted.ts`).
 */
import type { Measures, Use } from "../../model/verdict/verdict.ts";
import type { Observation } from "../../stats/median.ts";
import { countedFigure } from "../figures/counted.ts";
import { OBSERVED, seen } from "../figures/observed.ts";
import type { ExportedRun } from "./exported-run.ts";

export interface ExportedFigure {
  /** Without its unit. Figures of one name differ in their labels, and are adjacent. */
  name: string;
  unit: "seconds" | "bytes" | "ratio" | "bytes_per_second" | "cores" | "writes";
  help: string;
  labels: Readonly<Record<string, string>>;
  /** The value may be only a lower bound. */
  mayBeCensored: boolean;
  /** `null` if it is not known. */
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

/** One for each phase around the fault and each quantile. */
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
  const text = `${help} (unfollowed: site A, before B followed it)`;
  return (["a", "b", "unfollowed"] as const).map((side) =>
    figure(name, unit, text, ({ resources }) => resources[side][key], { side }),
  );
}

export const EXPORTED: readonly ExportedFigure[] = [
  ...(["attempted", "acknowledged", "failed", "indeterminate"] as const).map((outcome) =>
    figure("sent", "writes", "Writes sent, by outcome", ({ writes }) => writes[outcome], { outcome }),
  ),
  figure("lost", "writes", "Acknowledged writes that the site serving at the end does not have", (m) => m.lost.count),
  figure(
    "stranded",
    "writes",
    "Lost writes that another site still holds and that can be recovered",
    (m) => m.stranded.count,
  ),
  figure(
    "savable",
    "writes",
    "Gone writes found in the log of a lost site when it came back",
    (m) => m.savable.inLog.count,
  ),
  figure("archived", "writes", "Gone writes found in a site's log archive", (m) => m.savable.inArchive?.count ?? null),
  bounded("downtime", "Time during which scheduled writes were not acknowledged", OBSERVED.downtime),
  bounded("rto", "Time from the fault until service was restored for good", OBSERVED.rto),
  ...(["detect", "switch", "resume"] as const).map((part) =>
    figure("rto_part", "seconds", "The RTO, split into detect, switch and resume", ({ rto }) => rto[part], { part }),
  ),
  figure("rpo", "seconds", "Age at the fault of the oldest write that the disaster lost", ({ rpo }) => rpo.seconds),
  bounded("redundancy", "Time from the fault until both sites held the same content", OBSERVED.redundancy),
  figure("availability", "ratio", "Available share of the time, or of the writes", (m) => m.availability.byTime, {
    by: "time",
  }),
  figure("availability", "ratio", "Available share of the time, or of the writes", (m) => m.availability.byCount, {
    by: "writes",
  }),
  ...quantilesOf("latency", "seconds", "Write latency, from sending to acknowledgement", ({ latency }, phase, key) =>
    divided(latency[phase][key], 1000),
  ),
  ...quantilesOf(
    "replication_lag",
    "seconds",
    "Replication lag: age of the newest data on the follower",
    ({ replicationLag }, phase, key) => divided(replicationLag[phase].heartbeatMs[key], 1000),
  ),
  ...quantilesOf(
    "replication_lag",
    "bytes",
    "Replication lag: log not yet on the follower",
    ({ replicationLag }, phase, key) => {
      return replicationLag[phase].lsnBytes[key];
    },
  ),
  ...useOf("processor", "cores", "CPU cores used by a site", "cores"),
  ...useOf("memory", "bytes", "Memory used by a site", "memoryBytes"),
  ...useOf("network", "bytes_per_second", "Network traffic of a site, sent and received", "networkBytesPerSecond"),
  ...useOf("wal", "bytes_per_second", "Log (WAL) written by a site's database", "walBytesPerSecond"),
  ...useOf("disk", "bytes", "Disk space used by a site's database", "diskBytes"),
  figure(
    "replication",
    "bytes_per_second",
    "Replication traffic received by the follower's database",
    ({ resources }) => {
      return resources.replicationBytesPerSecond;
    },
  ),
  ...(["cores", "memory", "network", "wal", "disk"] as const).map((resource) =>
    figure(
      "overhead",
      "ratio",
      "What disaster recovery adds, as a share of what site A uses alone",
      ({ resources }) => resources.share[resource],
      {
        resource,
      },
    ),
  ),
];
