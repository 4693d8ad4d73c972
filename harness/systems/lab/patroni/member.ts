/** One site's PostgreSQL and the Patroni that manages it: one container, killed as one. */
import type { StartedTestContainer } from "testcontainers";
import type { Config, PatroniSettings } from "../../../model/plan/config.ts";
import type { SiteName } from "../../../model/plan/site.ts";
import { until } from "../../../system/waiting.ts";
import { currentPort, DrillContainer, untilAnswers, type Where } from "../container.ts";
import type { Volume } from "../disk.ts";
import type { Engine } from "../engine.ts";
import { ADMIN, dataFolderOf, PORT, type Postgres, postgresOf } from "../postgres.ts";
import { isLeader } from "./ask.ts";
import { type Rest, restOf } from "./rest.ts";
import { archiveFolder, memberName, memberSettings, REST_PORT, SETTINGS_FILE } from "./settings.ts";

export interface Member {
  side: SiteName;
  container: StartedTestContainer;
  /** The data directory of its image. */
  dataFolder: string;
  rest: Rest;
  postgres: Postgres;
}

export interface MemberOptions {
  side: SiteName;
  /** `host:port` at which the other member follows it. */
  followedAt: string;
  password: string;
  patroni: PatroniSettings;
  replication: Config["replication"];
  /** A small disk for its data alone, to be filled. */
  disk?: Volume | undefined;
}

const START_MS = 120_000;
const SETTLES_MS = 20_000;

/** Waits only for the container's start. */
export async function startMember(engine: Engine, where: Where, options: MemberOptions): Promise<Member> {
  const { side, followedAt, password, patroni, replication, disk } = options;
  const dataFolder = await dataFolderOf(engine, where.image);
  const place = { side, followedAt, dataFolder, superuser: ADMIN };
  const content = memberSettings(place, patroni, replication);
  const container = await new DrillContainer(where, memberName(side))
    .withBindMounts(disk ? [{ source: disk.volume, target: dataFolder }] : [])
    .withCopyContentToContainer([{ content, target: SETTINGS_FILE, mode: 0o644 }])
    .withEnvironment({ PATRONI_SUPERUSER_PASSWORD: password, PATRONI_REPLICATION_PASSWORD: password })
    .withLoopbackPorts(PORT, REST_PORT)
    .start();
  if (patroni.archive) await container.exec(["mkdir", archiveFolder(dataFolder)]);
  const rest = restOf(async () => `http://127.0.0.1:${await currentPort(engine, container, REST_PORT)}`);
  const postgres = postgresOf(engine, container, side, password);
  const untilReady = async (signal?: AbortSignal) => {
    await untilSettled({ side, rest }, signal).catch(() => signal?.throwIfAborted());
    await postgres.untilReady(signal);
  };
  return { side, container, dataFolder, rest, postgres: { ...postgres, untilReady } };
}

/**
 * Waits until it is the primary or streams from the primary. Before that, Patroni may still be about to rewind it, and
 * its content could change a moment later. For a member that cannot reach the other one the wait times out.
 */
async function untilSettled({ side, rest }: Pick<Member, "side" | "rest">, signal?: AbortSignal): Promise<void> {
  const what = `PostgreSQL ${side.toUpperCase()} to be the primary or to follow it`;
  await until({ what, deadlineMs: SETTLES_MS, everyMs: 200, signal }, async () => {
    const { role, state, replication_state } = await rest.status();
    return state === "running" && (role === "primary" || replication_state === "streaming");
  });
}

/** Waits until it holds the leader lock and its server accepts writes. */
export function untilPrimary(
  engine: Engine,
  { side, container, rest }: Member,
  signal?: AbortSignal,
): Promise<unknown> {
  const what = `PostgreSQL ${side.toUpperCase()} to be the primary`;
  return untilAnswers(engine, container, { what, deadlineMs: START_MS, everyMs: 200, signal }, async () => {
    const [status, { members }] = await Promise.all([rest.status(), rest.cluster()]);
    return isLeader(members, side) && status.role === "primary" && status.state === "running";
  });
}

/**
 * Waits until it streams from the other one, as a synchronous standby if the configuration asks for that. Patroni creates
 * the slot, detects the streaming standby and appoints a synchronous one in separate HA loops, up to `loop_wait` apart.
 * Each poll starts a loop of the members in `rounds`.
 */
export function untilFollows(
  engine: Engine,
  { side, container, rest }: Member,
  replication: Config["replication"],
  { rounds = [], signal }: { rounds?: readonly Member[]; signal?: AbortSignal | undefined } = {},
): Promise<unknown> {
  const what = `PostgreSQL ${side.toUpperCase()} to follow`;
  const wanted = replication === "async" ? "replica" : "sync_standby";
  return untilAnswers(engine, container, { what, deadlineMs: START_MS, everyMs: 200, signal }, async () => {
    await Promise.all(rounds.map((each) => each.rest.wake()));
    const { members } = await rest.cluster();
    const own = members.find(({ name }) => name === memberName(side));
    return own?.role === wanted && own.state === "streaming";
  });
}
