/** What is compared: ways to run the two regions, each with the objectives it is held to. */
import type { Config, Objectives, OperatorSettings } from "../harness/model/config.ts";

/** What the retired managed service promised. */
const PROMISED: Objectives = {
  rpoSeconds: 15 * 60,
  rtoSeconds: 60 * 60,
  lostWrites: null,
  redundancySeconds: null,
  availability: null,
};

const OPERATOR: OperatorSettings = {
  probeIntervalMs: 500,
  probeTimeoutMs: 1000,
  failedProbes: 3,
  decisionSeconds: 0,
  strandedWrites: "save",
};

const ASYNC: Config = {
  name: "async",
  is: "A acknowledges a write without waiting for B; the operator fails over by itself and latches the proxy",
  replication: "async",
  proxy: "latched",
  fencing: true,
  clientRetry: "none",
  operator: OPERATOR,
  objectives: PROMISED,
};

export const CONFIGS: readonly Config[] = [
  ASYNC,
  {
    ...ASYNC,
    name: "sync",
    is: "A acknowledges a write when B has flushed it; otherwise like async, and held to losing nothing",
    replication: "sync",
    objectives: {
      rpoSeconds: 0,
      rtoSeconds: 60,
      lostWrites: 0,
      redundancySeconds: null,
      availability: { share: 0.999, periodDays: 30 },
    },
  },
];
