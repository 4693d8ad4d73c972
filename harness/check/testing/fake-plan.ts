/**
 * What is true of a run that never happened, so that a judge can be tested by whether it finds that out again. A write is
 * named by its number n.
 */
import type { WriteForm } from "../../model/load/write.ts";
import type { Objectives } from "../../model/plan/config.ts";
import type { Shape } from "../../model/plan/shape.ts";

export interface Plan {
  seed: number;
  /** A was filled with so many resources before the load. */
  resources: number;
  ratePerSecond: number;
  /** How the rate changes; `null`: not at all. */
  shape: Shape | null;
  form: WriteForm;
  warmUpSeconds: number;
  baselineSeconds: number;
  /** From the fault's first act to the end of the load. */
  afterSeconds: number;
  /** From the fault's first act to its last. */
  injectMs: number;
  /** From sending to acknowledgement. */
  tookMs: number;
  /** After the fault's first act: when service stops, and for how long; `null` is for good. */
  outage: { afterMs: number; ms: number | null } | null;
  /** A write sent in the outage waits and is acknowledged at its end, as behind a proxy that holds requests back. */
  held: boolean;
  /** Acknowledged although sent in the outage. */
  through: readonly number[];
  /** Acknowledged, and not on the side that serves at the end. */
  lost: readonly number[];
  /** Transactions of which the serving side has only the first resource. */
  torn: readonly number[];
  /** Those lost or torn ones that the old primary has. */
  stranded: readonly number[];
  /** Never acknowledged, and nevertheless on the serving side. */
  happened: readonly number[];
  /** Stands on the serving side a second time, as another resource. */
  duplicated: readonly number[];
  /** Carried out on the old primary as well, by itself and not by replication. */
  twice: readonly number[];
  /** The serving side's copy says something else than was sent. */
  corrupt: readonly number[];
  /** No entry in the serving side's search index. */
  unindexed: readonly number[];
  /** The clock of B's server is slow by so much. */
  slowMs: number;
  /** Instants of the operator's steps after the fault's first act; `null` when nobody fails over. */
  operator: { detectedMs: number; routedMs: number } | null;
  /** Whole milliseconds, as k6's clock has. */
  clock: { offsetMs: number; errorMs: number };
  objectives: Objectives;
}

export const PLAN: Plan = {
  seed: 4711,
  resources: 0,
  ratePerSecond: 20,
  shape: null,
  form: {},
  warmUpSeconds: 1,
  baselineSeconds: 3,
  afterSeconds: 8,
  injectMs: 120,
  tookMs: 4,
  outage: { afterMs: 10, ms: 3000 },
  held: false,
  through: [],
  lost: [],
  torn: [],
  stranded: [],
  happened: [],
  duplicated: [],
  twice: [],
  corrupt: [],
  unindexed: [],
  slowMs: 0,
  operator: { detectedMs: 1500, routedMs: 2900 },
  clock: { offsetMs: 1_790_000_000_000, errorMs: 2 },
  objectives: { rpoSeconds: 900, rtoSeconds: 3600, lostWrites: null, redundancySeconds: null, availability: null },
};
