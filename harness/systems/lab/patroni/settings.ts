/**
 * The settings of etcd, Patroni and HAProxy. Pure, and without secrets: passwords are passed in the environment.
 *
 * Patroni's settings are YAML, of which JSON is a subset. Settings shared by all members are stored in the DCS at the
 * first start (`bootstrap.dcs`); later they can be changed only there.
 */
import type { Config, PatroniSettings } from "../../../model/plan/config.ts";
import { SITES, type SiteName } from "../../../model/plan/site.ts";
import type { Address } from "../../../system/address.ts";

/**
 * The third site has no database. Thanks to it, when the two others lose each other, one can still have a majority.
 */
export const DCS_SITES = [...SITES, "witness"] as const;
export type DcsSite = (typeof DCS_SITES)[number];

/** In a member's container. */
export const SETTINGS_FILE = "/etc/patroni/patroni.yml";

export const SCOPE = "fhirdrill";
export const REST_PORT = 8008;
export const ETCD_PORTS = { client: 2379, peer: 2380 };
/** HAProxy's port for the primary, and its own health page. */
export const HAPROXY_PORT = 5000;
export const ALIVE = { port: 8404, path: "/alive" };

export const REPLICATION_ROLE = "replicator";

/**
 * The same as in the logical lab, to keep the two comparable; but replication is physical, and pg_rewind needs
 * `wal_log_hints`.
 */
const PARAMETERS = {
  wal_level: "replica",
  wal_log_hints: "on",
  hot_standby: "on",
  max_wal_senders: 20,
  max_replication_slots: 20,
  max_worker_processes: 32,
  wal_sender_timeout: "5s",
  wal_receiver_timeout: "5s",
  wal_retrieve_retry_interval: "500ms",
  track_commit_timestamp: "on",
  shared_buffers: "256MB",
  max_connections: 200,
};

/** The name of the member and of its container. */
export function memberName(side: SiteName): string {
  return `pg-${side}`;
}

/** The member's name in the characters allowed for a slot; Patroni converts names in the same manner. */
export function slotName(side: SiteName): string {
  return memberName(side).replaceAll("-", "_");
}

export function etcdName(site: DcsSite): string {
  return `etcd-${site}`;
}

export interface MemberPlace {
  side: SiteName;
  /** `host:port` at which the other member follows this one. */
  followedAt: string;
  /** The data directory of the image. */
  dataFolder: string;
  superuser: string;
}

/** `patroni.yml` of one member. */
export function memberSettings(
  { side, followedAt, dataFolder, superuser }: MemberPlace,
  patroni: PatroniSettings,
  replication: Config["replication"],
): string {
  const settings = {
    scope: SCOPE,
    name: memberName(side),
    restapi: { listen: `0.0.0.0:${REST_PORT}`, connect_address: `${memberName(side)}:${REST_PORT}` },
    etcd3: { hosts: DCS_SITES.map((site) => `${etcdName(site)}:${ETCD_PORTS.client}`) },
    bootstrap: {
      dcs: sharedSettings(patroni, replication, dataFolder),
      initdb: [{ encoding: "UTF8" }, { locale: "en_US.utf8" }, "data-checksums"],
    },
    postgresql: {
      listen: "0.0.0.0:5432",
      connect_address: followedAt,
      data_dir: clusterFolder(dataFolder),
      pgpass: "/tmp/pgpass",
      // Patroni reaches its own server without the network, which drills break.
      use_unix_socket: true,
      use_unix_socket_repl: true,
      authentication: { superuser: { username: superuser }, replication: { username: REPLICATION_ROLE } },
      // Otherwise a base backup waits for the next checkpoint, which can take minutes after many writes.
      basebackup: [{ checkpoint: "fast" }],
      parameters: { unix_socket_directories: "/run/postgresql" },
      pg_hba: [
        "local all all trust",
        "local replication all trust",
        `host replication ${REPLICATION_ROLE} all scram-sha-256`,
        "host all all all scram-sha-256",
      ],
    },
    watchdog: { mode: "off" },
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

function sharedSettings(patroni: PatroniSettings, replication: Config["replication"], dataFolder: string) {
  return {
    ttl: patroni.ttlSeconds,
    loop_wait: patroni.loopWaitSeconds,
    retry_timeout: patroni.retryTimeoutSeconds,
    failsafe_mode: patroni.failsafe,
    synchronous_mode: replication !== "async",
    synchronous_mode_strict: patroni.strict,
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      parameters: {
        ...PARAMETERS,
        synchronous_commit: replication === "sync-apply" ? "remote_apply" : "on",
        ...(patroni.archive ? { archive_mode: "on", archive_command: archiveCommand(dataFolder) } : {}),
      },
    },
  };
}

const clusterFolder = (dataFolder: string) => `${dataFolder}/cluster`;

export function walFolder(dataFolder: string): string {
  return `${clusterFolder(dataFolder)}/pg_wal`;
}

/** Outside the cluster's folder, so that pg_rewind does not change it. */
export function archiveFolder(dataFolder: string): string {
  return `${dataFolder}/archive`;
}

/** Never overwrites an archived segment: after a rewind, one of the same name may have other content. */
function archiveCommand(dataFolder: string): string {
  const target = `${archiveFolder(dataFolder)}/%f`;
  return `test -f ${target} || (cp %p ${target}.copy && mv ${target}.copy ${target})`;
}

/** The command line of etcd. */
export function etcdCommand(site: DcsSite, token: string): string[] {
  const name = etcdName(site);
  const peers = DCS_SITES.map((each) => `${etcdName(each)}=http://${etcdName(each)}:${ETCD_PORTS.peer}`);
  return [
    "/usr/local/bin/etcd",
    `--name=${name}`,
    "--data-dir=/var/lib/etcd",
    `--listen-client-urls=http://0.0.0.0:${ETCD_PORTS.client}`,
    `--advertise-client-urls=http://${name}:${ETCD_PORTS.client}`,
    `--listen-peer-urls=http://0.0.0.0:${ETCD_PORTS.peer}`,
    `--initial-advertise-peer-urls=http://${name}:${ETCD_PORTS.peer}`,
    `--initial-cluster=${peers.join(",")}`,
    "--initial-cluster-state=new",
    `--initial-cluster-token=${token}`,
  ];
}

/** A member as HAProxy reaches it: its database, and its REST API on the same host. */
export interface Server {
  name: string;
  address: Address;
  restPort: number;
}

/**
 * `haproxy.cfg`: connections go to the server whose Patroni reports that it is the primary and holds the leader lock.
 * Sessions with a server that no longer is are ended: a pool would keep them and get read-only errors for minutes.
 */
export function haproxySettings(servers: readonly Server[], { check }: Pick<PatroniSettings, "check">): string {
  const { interSeconds, fall, rise } = check;
  return [
    "global",
    "  maxconn 500",
    "  log stdout format raw local0",
    "",
    "defaults",
    "  log global",
    "  mode tcp",
    "  option dontlognull",
    "  retries 2",
    "  timeout client 30m",
    "  timeout connect 4s",
    "  timeout server 30m",
    "  timeout check 5s",
    "",
    "listen primary",
    `  bind *:${HAPROXY_PORT}`,
    "  option httpchk",
    "  http-check send meth OPTIONS uri /primary",
    "  http-check expect status 200",
    `  default-server inter ${interSeconds}s fall ${fall} rise ${rise} on-marked-down shutdown-sessions`,
    ...servers.map(({ name, address, restPort }) => `  server ${name} ${address} maxconn 200 check port ${restPort}`),
    "",
    "frontend alive",
    `  bind *:${ALIVE.port}`,
    "  mode http",
    `  monitor-uri ${ALIVE.path}`,
    "",
  ].join("\n");
}
