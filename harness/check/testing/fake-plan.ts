/** The truth about a made-up run, for tests of whether a judge finds it. A write is named by its number n. */
import type { WriteForm } from "../../model/load/write.ts";
import type { Objectives } from "../../model/plan/config.ts";
import type { Shape } from "../../model/plan/shape.ts";

export interface Plan {
  seed: number;
  /** Resources that A was filled with before the load. */
  resources: number;
  ratePerSecond: number;
  /** How the rate changes; `null`: it does not. */
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
  /** When service stops after the fault's first act, and for how long; `null`: for good. */
  outage: { afterMs: number; ms: number | null } | null;
  /** A write sent in the outage waits and is acknowledged at its end, as behind a proxy that queues requests. */
  held: boolean;
  /** Acknowledged although sent in the outage. */
  through: readonly number[];
  /** Acknowledged, and not on the serving site at the end. */
  lost: readonly number[];
  /** Transactions of which the serving site has only the first resource. */
  torn: readonly number[];
  /** Lost or torn writes that the old primary has. */
  stranded: readonly number[];
  /** Never acknowledged, but on the serving site. */
  happened: readonly number[];
  /** On the serving site a second time, as another resource. */
  duplicated: readonly number[];
  /** Carried out on the old primary as well, independently of replication. */
  twice: readonly number[];
  /** The serving site's copy differs from what was sent. */
  corrupt: readonly number[];
  /** Missing from the serving site's search index. */
  unindexed: readonly number[];
  /** How far the clock of B's server is behind. */
  slowMs: number;
  /** Times of the operator's steps after the fault's first act; `null`: no failover. */
  operator: { detectedMs: number; routedMs: number } | null;
  /** Whole milliseconds, as those of k6's clock. */
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
