import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CONFIGS } from "../../../../scenarios/configs.ts";
import type { PatroniSettings } from "../../../model/plan/config.ts";
import { archiveFolder, etcdCommand, haproxySettings, memberSettings, slotName, walFolder } from "./settings.ts";

const DEFAULTS = CONFIGS.find(({ name }) => name === "patroni")?.patroni as PatroniSettings;
const place = { side: "b", followedAt: "links:5442", dataFolder: "/data", superuser: "drill" } as const;
const settings = (replication: "async" | "sync" | "sync-apply", patroni = DEFAULTS) =>
  JSON.parse(memberSettings(place, patroni, replication));

test("a member has its container's name, and is followed at the given address", () => {
  expect(settings("async")).toMatchObject({
    name: "pg-b",
    restapi: { connect_address: "pg-b:8008" },
    postgresql: { connect_address: "links:5442", data_dir: "/data/cluster" },
    etcd3: { hosts: ["etcd-a:2379", "etcd-b:2379", "etcd-witness:2379"] },
  });
});

test("both members have the same settings, except for their own names and addresses", () => {
  const { name: _, restapi: __, postgresql: own, ...shared } = settings("async");
  const a = JSON.parse(memberSettings({ ...place, side: "a", followedAt: "links:5441" }, DEFAULTS, "async"));
  expect({ ...a, name: "", restapi: {}, postgresql: {} }).toEqual({ ...shared, name: "", restapi: {}, postgresql: {} });
  expect({ ...a.postgresql, connect_address: "links:5442" }).toEqual(own);
});

test("times are passed under Patroni's names", () => {
  const times = { ttlSeconds: 20, loopWaitSeconds: 2, retryTimeoutSeconds: 5 };
  expect(settings("async", { ...DEFAULTS, ...times }).bootstrap.dcs).toMatchObject({
    ttl: 20,
    loop_wait: 2,
    retry_timeout: 5,
  });
});

test.each([
  ["async", false, { synchronous_mode: false, synchronous_mode_strict: false }, "on"],
  ["sync", false, { synchronous_mode: true, synchronous_mode_strict: false }, "on"],
  ["sync", true, { synchronous_mode: true, synchronous_mode_strict: true }, "on"],
  ["sync-apply", false, { synchronous_mode: true, synchronous_mode_strict: false }, "remote_apply"],
] as const)("%s, strict %s", (replication, strict, modes, commit) => {
  const { dcs } = settings(replication, { ...DEFAULTS, strict }).bootstrap;
  expect(dcs).toMatchObject(modes);
  expect(dcs.postgresql.parameters.synchronous_commit).toBe(commit);
});

test.each([true, false])("whether the leader may continue without the DCS: %s", (failsafe) => {
  expect(settings("async", { ...DEFAULTS, failsafe }).bootstrap.dcs.failsafe_mode).toBe(failsafe);
});

test("closed segments are archived outside the cluster's folder, and none is overwritten", () => {
  const parameters = (archive: boolean) =>
    settings("async", { ...DEFAULTS, archive }).bootstrap.dcs.postgresql.parameters;
  expect(parameters(false)).not.toHaveProperty("archive_mode");
  const { archive_mode: mode, archive_command: command } = parameters(true);
  expect(mode).toBe("on");
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-archive-"));
  const archived = (content: string) => {
    writeFileSync(join(folder, "segment"), content);
    mkdirSync(archiveFolder(folder), { recursive: true });
    const line = command.replaceAll("/data/", `${folder}/`).replaceAll("%p", `${folder}/segment`).replaceAll("%f", "1");
    const { status } = spawnSync("sh", ["-c", line]);
    return [status, readFileSync(join(archiveFolder(folder), "1"), "utf8"), readdirSync(archiveFolder(folder))];
  };
  expect(archiveFolder("/data").startsWith(walFolder("/data").replace("/pg_wal", ""))).toBe(false);
  expect(archived("first")).toEqual([0, "first", ["1"]]);
  expect(archived("second")).toEqual([0, "first", ["1"]]);
  rmSync(folder, { recursive: true });
});

test("pg_rewind is used, with the hints in WAL that it needs", () => {
  const { postgresql } = settings("async").bootstrap.dcs;
  expect(postgresql).toMatchObject({ use_pg_rewind: true, parameters: { wal_log_hints: "on" } });
});

test("a slot has its member's name, in the allowed characters", () => {
  expect(slotName("b")).toBe("pg_b");
});

test("the settings contain no password", () => {
  expect(memberSettings(place, DEFAULTS, "async")).not.toMatch(/password/i);
});

test("HAProxy checks which member is the primary, and ends sessions with others", () => {
  const servers = [
    { name: "pg-a", address: "links:5431", restPort: 8008 },
    { name: "pg-b", address: "links:5432", restPort: 8009 },
  ];
  const lines = haproxySettings(servers, { check: { interSeconds: 1, fall: 2, rise: 1 } }).split("\n");
  expect(lines).toContain("  http-check send meth OPTIONS uri /primary");
  expect(lines).toContain("  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions");
  expect(lines).toContain("  monitor-uri /alive");
  expect(lines.filter((line) => line.startsWith("  server "))).toEqual([
    "  server pg-a links:5431 maxconn 200 check port 8008",
    "  server pg-b links:5432 maxconn 200 check port 8009",
  ]);
});

test("each etcd has all three members and its own name", () => {
  const command = etcdCommand("witness", "run");
  expect(command).toContain("--name=etcd-witness");
  expect(command).toContain("--advertise-client-urls=http://etcd-witness:2379");
  expect(command).toContain(
    "--initial-cluster=etcd-a=http://etcd-a:2380,etcd-b=http://etcd-b:2380,etcd-witness=http://etcd-witness:2380",
  );
});
