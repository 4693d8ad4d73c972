/**
 * The shipped configurations: how the two sites are run, and with which objectives. Each differs from an earlier one as
 * little as possible.
 */
import type { Config, Objectives, OperatorSettings, PatroniSettings } from "../harness/model/plan/config.ts";
import type { DevicesSettings } from "../harness/model/plan/devices.ts";
import type { PrivateLinkSettings } from "../harness/model/plan/private-link.ts";

/** The objectives of the retired managed service. Configurations that promise no more share them, so they compare. */
const PROMISED: Objectives = {
  rpoSeconds: 15 * 60,
  rtoSeconds: 60 * 60,
  lostWrites: null,
  redundancySeconds: null,
  availability: null,
};

/** The objectives of configurations in which every write waits for B. */
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
  jobs: "requeue",
};

const ASYNC: Config = {
  name: "async",
  is: "A acknowledges a write without waiting for B; the operator fails over by itself and routes the proxy",
  replication: "async",
  proxy: "latched",
  fencing: true,
  clientRetry: "none",
  operator: OPERATOR,
  patroni: null,
  own: null,
  devices: null,
  privateLink: null,
  vault: null,
  objectives: PROMISED,
};

/** The defaults of Patroni and of its HAProxy template. */
const PATRONI: PatroniSettings = {
  ...{ ttlSeconds: 30, loopWaitSeconds: 10, retryTimeoutSeconds: 10 },
  ...{ strict: false, failsafe: false, archive: false, route: "haproxy" },
  check: { interSeconds: 3, fall: 3, rise: 2 },
};

const UNDER_PATRONI: Config = {
  ...ASYNC,
  name: "patroni",
  is: "B is a physical standby that A does not wait for; Patroni fails over by itself, with its defaults, and both FHIR servers write through HAProxy",
  proxy: "balanced",
  fencing: false,
  patroni: PATRONI,
};

/** The strictest setting of each. */
const DEVICES: DevicesSettings = { broker: "each-change", qos: 1, write: "put", acknowledge: "after-fhir" };

const WITH_DEVICES: Config = {
  ...ASYNC,
  name: "devices",
  is: "like async, with a broker and a bridge for devices in each region: the broker writes to disk at each change, and the bridge acknowledges a message once FHIR has it",
  devices: DEVICES,
};

/**
 * What the retired service promised: one endpoint, and no DNS record to switch. Clients look it up for each connection.
 */
const PRIVATE_LINK: PrivateLinkSettings = {
  endpoints: "a",
  recordSeconds: null,
  dnsCacheSeconds: 0,
  connections: "kept",
};

/** An hour is longer than a drill; a minute separates clients that come back from clients that do not. */
const WITHIN_A_MINUTE: Objectives = { ...PROMISED, rtoSeconds: 60 };

const WITH_PRIVATE_LINK: Config = {
  ...ASYNC,
  name: "private-link",
  is: "like async, with clients in two peered private networks, one in each region, that find the service by name: one private endpoint, in A's region, and one zone linked to both networks",
  privateLink: PRIVATE_LINK,
  objectives: WITHIN_A_MINUTE,
};

const TWO: PrivateLinkSettings = { ...PRIVATE_LINK, endpoints: "both", recordSeconds: 0 };

const WITH_TWO_ENDPOINTS: Config = {
  ...WITH_PRIVATE_LINK,
  name: "private-link-two",
  is: "like private-link, but with an endpoint in each region: when a site takes over, the operator switches the DNS record to the endpoint there",
  privateLink: TWO,
};

export const CONFIGS: readonly Config[] = [
  ASYNC,
  {
    ...ASYNC,
    name: "sync",
    is: "A acknowledges a write when B has flushed it; otherwise like async, but no write may be lost",
    replication: "sync",
    objectives: NOTHING_LOST,
  },
  {
    ...ASYNC,
    name: "sync-apply",
    is: "A acknowledges a write when B has applied it and readers see it there; otherwise like sync",
    replication: "sync-apply",
    objectives: NOTHING_LOST,
  },
  {
    ...ASYNC,
    name: "passive",
    is: "nginx with its defaults and B as its backup: it switches to B and back by itself, and no site is fenced",
    proxy: "passive",
    fencing: false,
  },
  {
    ...ASYNC,
    name: "tuned",
    is: "like passive, with short timeouts and a failure count; B is read-only until it is promoted",
    proxy: "tuned",
  },
  {
    ...ASYNC,
    name: "manual",
    is: "like async, but people decide: a failover starts ten seconds after the detection",
    operator: { ...OPERATOR, decisionSeconds: 10 },
  },
  {
    ...ASYNC,
    name: "follower-reads",
    is: "like manual, but until the failover a read that A does not answer is answered by B, which follows A and writes nothing",
    reads: "follower-while-away",
    operator: { ...OPERATOR, decisionSeconds: 10 },
  },
  {
    ...ASYNC,
    name: "async-catch-up",
    is: "like async, but before B is promoted, it gets up to five seconds to receive what A's database can still send, if that answers",
    operator: { ...OPERATOR, catchUpSeconds: 5 },
  },
  {
    ...ASYNC,
    name: "cold-standby",
    is: "like async, but B's FHIR server gets no requests before it serves, so it is cold",
    operator: { ...OPERATOR, standby: "cold" },
  },
  {
    ...ASYNC,
    name: "unfenced",
    is: "like async, but no site is made read-only: neither B before its promotion nor A at a failover",
    fencing: false,
  },
  {
    ...ASYNC,
    name: "retry-same-id",
    is: "like async, but a client that gets no acknowledgement sends the same write again, up to twice",
    clientRetry: "same-id",
  },
  {
    ...ASYNC,
    name: "retry-conditional",
    is: "like retry-same-id, but creates are conditional (If-None-Exist) and transactions are sent once",
    clientRetry: "conditional-create",
  },
  {
    ...ASYNC,
    name: "replay",
    is: "like async, but when the lost site returns, the writes that only it holds are replayed through the other site",
    operator: { ...OPERATOR, strandedWrites: "replay" },
  },
  {
    ...ASYNC,
    name: "jobs-left",
    is: "like async, but the operator ignores the jobs that the lost site's server had in progress",
    operator: { ...OPERATOR, jobs: "leave" },
  },
  {
    ...ASYNC,
    name: "jobs-restarted",
    is: "like async, but a bulk export that the lost site's server had in progress starts again, under its id",
    operator: { ...OPERATOR, jobs: "restart" },
  },
  UNDER_PATRONI,
  {
    ...UNDER_PATRONI,
    name: "patroni-tuned",
    is: "like patroni, but with the shortest lock TTL that Patroni accepts and an HAProxy check every second",
    patroni: {
      ...PATRONI,
      ...{ ttlSeconds: 20, loopWaitSeconds: 5, retryTimeoutSeconds: 5 },
      check: { interSeconds: 1, fall: 2, rise: 1 },
    },
  },
  {
    ...UNDER_PATRONI,
    name: "patroni-sync",
    is: "like patroni, but A acknowledges a write when B has flushed it; without a standby, Patroni lets A continue alone",
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
    is: "like patroni, but without HAProxy: the FHIR servers' own JDBC driver finds the primary (targetServerType=primary)",
    patroni: { ...PATRONI, route: "driver" },
  },
  {
    ...UNDER_PATRONI,
    name: "patroni-failsafe",
    is: "like patroni, but without Patroni's lock store (DCS), A stays primary as long as it reaches B (failsafe_mode)",
    patroni: { ...PATRONI, failsafe: true },
  },
  {
    ...UNDER_PATRONI,
    name: "patroni-archive",
    is: "like patroni, but each database copies the closed segments of its write-ahead log to a folder that no rewind touches (archive_mode)",
    patroni: { ...PATRONI, archive: true },
  },
  WITH_DEVICES,
  {
    ...WITH_DEVICES,
    name: "devices-broker-defaults",
    is: "like devices, but the broker keeps nothing on disk and queues 1000 messages at most (mosquitto's defaults)",
    devices: { ...DEVICES, broker: "defaults" },
  },
  {
    ...WITH_DEVICES,
    name: "devices-qos-0",
    is: "like devices, but messages are sent once and never acknowledged (QoS 0)",
    devices: { ...DEVICES, qos: 0 },
  },
  {
    ...WITH_DEVICES,
    name: "devices-conditional",
    is: "like devices, but the bridge writes by conditional create (If-None-Exist) instead of PUT",
    devices: { ...DEVICES, write: "conditional-create" },
  },
  {
    ...WITH_DEVICES,
    name: "devices-at-once",
    is: "like devices, but the bridge acknowledges each message on arrival, before FHIR has it",
    devices: { ...DEVICES, acknowledge: "at-once" },
  },
  WITH_PRIVATE_LINK,
  WITH_TWO_ENDPOINTS,
  {
    ...WITH_TWO_ENDPOINTS,
    name: "private-link-two-late",
    is: "like private-link-two, but people switch the DNS record, half a minute after the failover",
    privateLink: { ...TWO, recordSeconds: 30 },
  },
  {
    ...WITH_TWO_ENDPOINTS,
    name: "private-link-two-left",
    is: "like private-link-two, but nobody switches the DNS record",
    privateLink: { ...TWO, recordSeconds: null },
  },
  {
    ...WITH_TWO_ENDPOINTS,
    name: "private-link-two-k6",
    is: "like private-link-two, but clients keep an address for five minutes, whatever the DNS record says, as k6 does by default",
    privateLink: { ...TWO, dnsCacheSeconds: 300 },
  },
  {
    ...WITH_TWO_ENDPOINTS,
    name: "private-link-two-jvm",
    is: "like private-link-two, but clients keep an address for 30 s, as a JVM does by default",
    privateLink: { ...TWO, dnsCacheSeconds: 30 },
  },
  {
    ...WITH_TWO_ENDPOINTS,
    name: "private-link-two-fresh",
    is: "like private-link-two, but clients open a new connection for each request",
    privateLink: { ...TWO, connections: "fresh" },
  },
  {
    ...ASYNC,
    name: "encrypted",
    is: "like async, with both data directories encrypted: the customer's vault holds the key, which each database needs when it starts",
    vault: { guards: "data", retrySeconds: 1 },
  },
  {
    ...ASYNC,
    name: "vault-certificates",
    is: "like async, but the FHIR servers log in to the databases with one-minute client certificates, which the customer's vault issues",
    vault: { guards: "access", certificateSeconds: 60, renewSeconds: 15, maxLifetimeSeconds: 30 },
  },
];
