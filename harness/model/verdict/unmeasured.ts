/** The values of figures that were not measured, by an older judge or because there was nothing to measure. */
const noQuantiles = { p50: null, p95: null, p99: null, count: 0 };
const noUse = { cores: null, memoryBytes: null, networkBytesPerSecond: null, walBytesPerSecond: null, diskBytes: null };
const noLag = { ...noQuantiles, max: null, unknownSeconds: null };
const noLags = { heartbeatMs: noLag, lsnBytes: noLag };
const noMachineUse = { others: null, stolen: null, waitedCpu: null, waitedIo: null, waitedMemory: null };
const noTraffic = { ...noQuantiles, ratePerSecond: null };

/** What older judges did not measure. */
export const UNMEASURED = {
  resources: {
    ...{ a: noUse, b: noUse, unfollowed: noUse, replicationBytesPerSecond: null },
    share: { cores: null, memory: null, network: null, wal: null, disk: null },
    cost: { currency: null, perHourAlone: null, perHour: null },
  },
  replicationLag: { before: noLags, during: noLags, after: noLags },
  initialReplication: {
    ...{ seconds: null, tables: null, rows: null, bytes: null, rowsPerSecond: null, missing: null },
    ...{ before: noTraffic, during: noTraffic },
  },
  hidden: { count: null, ids: [], maxMs: null },
  machine: {
    whole: noMachineUse,
    worst: { ...noMachineUse, fromMs: null, toMs: null },
    unknownSeconds: null,
    why: null,
  },
  savable: {
    gone: null,
    inLog: { count: null, why: "the log of a lost site is read under Patroni only, and by no older judge" },
    inArchive: null,
  },
  unverifiable: { count: null, ids: [] },
  outOfOrder: { count: null, resources: [] },
  beforeLoad: { count: null, resources: [] },
  reads: { wanted: null, answered: null, wrongAtMost: null },
  acrossRegions: { addedMs: null, local: noQuantiles, across: noQuantiles },
  bulkExport: {
    ...{ outcome: null, endedSeconds: null, pickedUpSeconds: null, files: null, lines: null },
    missing: { count: null, resources: [] },
    duplicated: { count: null, resources: [] },
    foreign: { count: null, resources: [] },
    altered: { count: null, resources: [] },
  },
  deviceMessages: {
    ...{ sent: null, handedOver: null },
    lost: { count: null, messages: [], withBroker: null, withBridge: null, withSite: null },
    ...{ duplicated: { count: null, messages: [] }, reordered: { count: null, messages: [] } },
    late: { ...noQuantiles, maxMs: null },
  },
  deviceConnections: { lost: null, lostAgain: null, without: null, awaySeconds: null },
  readAvailability: {
    ...{ asked: null, answered: null, share: null, seconds: null, censored: false, intervals: [] },
    ...{ answeredBy: { a: null, b: null }, stale: null, stalestMs: null },
  },
  carriedRate: { highest: null, levels: [] },
  vaultReturn: {
    ...{ writesSeconds: null, writesCensoredAtSeconds: null },
    ...{ clientsSeconds: null, clientsCensoredAtSeconds: null },
  },
  accessEnds: {
    ...{ past: { count: null, ids: [] }, givenMeanwhile: null },
    ...{ boundSeconds: null, servedSeconds: null, startsInVain: null },
  },
  stolenData: { files: null, holding: null, open: { files: null, holding: null } },
  throttled: { count: null, share: null, longestSeconds: null },
  unauthorized: { count: null, seconds: null },
};
