/**
 * What is compared: ways to run the two regions, each with the objectives it is held to. Each but the first differs from
 * one that stands before it in as little as makes it another.
 */
import type { Config, Objectives, OperatorSettings, PatroniSettings } from "../harness/model/config.ts";

/** What the retired managed service promised. Those that promise no more are held to it alike, so that they compare. */
const PROMISED: Objectives = {
  rpoSeconds: 15 * 60,
  rtoSeconds: 60 * 60,
  lostWrites: null,
  redundancySeconds: null,
  availability: null,
};

/** What those promise that make every write wait for B. */
const NOTHING_LOST: Objectives = {
  rpoSeconds: 0,
  rtoSeconds: 60,
  lostWrites: 0,
  redundancySeconds: null,
  availability: { share: 0.999, periodDays: 30 },
};

const OPERATOR: OperatorSettings = {
  probeIntervalMs: 500,
  probeTimeoutMs: 1000,
  failedProbes: 3,
  decisionSeconds: 0,
  graceSeconds: 10,
  catchUpSeconds: 0,
  standby: "warm",
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
  patroni: null,
  objectives: PROMISED,
};

/** Patroni's own defaults, and those of its template for HAProxy. */
const PATRONI: PatroniSettings = {
  ...{ ttlSeconds: 30, loopWaitSeconds: 10, retryTimeoutSeconds: 10, strict: false, failsafe: false, route: "haproxy" },
  check: { interSeconds: 3, fall: 3, rise: 2 },
};

const UNDER_PATRONI: Config = {
  ...ASYNC,
  name: "patroni",
  is: "B is a physical standby that A does not wait for; Patroni fails over by itself, with its defaults, and both servers write through HAProxy",
  proxy: "balanced",
  fencing: false,
  patroni: PATRONI,
};

export const CONFIGS: readonly Config[] = [
  ASYNC,
  {
    ...ASYNC,
    name: "sync",
    is: "A acknowledges a write when B has flushed it; otherwise like async, and held to losing nothing",
    replication: "sync",
    objectives: NOTHING_LOST,
  },
  {
    ...ASYNC,
    name: "sync-apply",
    is: "A acknowledges a write when B has applied it and shows it to readers; otherwise like sync",
    replication: "sync-apply",
    objectives: NOTHING_LOST,
  },
  {
    ...ASYNC,
    name: "passive",
    is: "nginx as it comes, with B as its backup: it goes there and comes back by itself, and nobody fences anybody",
    proxy: "passive",
    fencing: false,
  },
  {
    ...ASYNC,
    name: "tuned",
    is: "like passive with short timeouts and a count of failures, and B can only be read until it is promoted",
    proxy: "tuned",
  },
  {
    ...ASYNC,
    name: "manual",
    is: "like async, but people decide: ten seconds pass from the detection to the order to fail over",
    operator: { ...OPERATOR, decisionSeconds: 10 },
  },
  {
    ...ASYNC,
    name: "async-catch-up",
    is: "like async, but before B is promoted it is given up to five seconds to take what A's database can still send, if that answers",
    operator: { ...OPERATOR, catchUpSeconds: 5 },
  },
  {
    ...ASYNC,
    name: "cold-standby",
    is: "like async, but nobody asks B's server anything before it serves, so that it has everything to run for the first time",
    operator: { ...OPERATOR, standby: "cold" },
  },
  {
    ...ASYNC,
    name: "unfenced",
    is: "like async, but nobody is made read-only: not B before its promotion, and not A when it is given up",
    fencing: false,
  },
  {
    ...ASYNC,
    name: "retry-same-id",
    is: "like async; a client that gets no acknowledgement sends the same write again, up to twice",
    clientRetry: "same-id",
  },
  {
    ...ASYNC,
    name: "retry-conditional",
    is: "like retry-same-id, with creates that are carried out only if there is none like it, and transactions sent once",
    clientRetry: "conditional-create",
  },
  {
    ...ASYNC,
    name: "replay",
    is: "like async; when the lost side returns, the writes that only it holds are written again through the other",
    operator: { ...OPERATOR, strandedWrites: "replay" },
  },
  UNDER_PATRONI,
  {
    ...UNDER_PATRONI,
    name: "patroni-tuned",
    is: "like patroni, with the shortest life of the lock that Patroni takes, and checks by HAProxy every second",
    patroni: {
      ...PATRONI,
      ...{ ttlSeconds: 20, loopWaitSeconds: 5, retryTimeoutSeconds: 5 },
      check: { interSeconds: 1, fall: 2, rise: 1 },
    },
  },
  {
    ...UNDER_PATRONI,
    name: "patroni-sync",
    is: "like patroni, but A acknowledges a write when B has flushed it; without a standby, Patroni lets A go on alone",
    replication: "sync",
    objectives: NOTHING_LOST,
  },
  {
    ...UNDER_PATRONI,
    name: "patroni-strict",
    is: "like patroni-sync, but without a standby nobody can write",
    replication: "sync",
    patroni: { ...PATRONI, strict: true },
    objectives: NOTHING_LOST,
  },
  {
    ...UNDER_PATRONI,
    name: "patroni-driver",
    is: "like patroni without HAProxy: the FHIR servers' own driver looks for the primary (targetServerType=primary)",
    patroni: { ...PATRONI, route: "driver" },
  },
  {
    ...UNDER_PATRONI,
    name: "patroni-failsafe",
    is: "like patroni, but without the store of its lock A goes on as long as it reaches B (failsafe_mode)",
    patroni: { ...PATRONI, failsafe: true },
  },
];
