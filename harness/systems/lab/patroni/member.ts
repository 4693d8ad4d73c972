/** One site's PostgreSQL and the Patroni that runs it: one container, killed as one. */
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
import { archiveFolder, memberName, memberSettings, REST_PORT } from "./settings.ts";

export interface Member {
  side: SiteName;
  container: StartedTestContainer;
  /** Where its image keeps a database's data. */
  dataFolder: string;
  rest: Rest;
  postgres: Postgres;
}

export interface MemberOptions {
  side: SiteName;
  /** `host:port` at which the other one follows it. */
  followedAt: string;
  password: string;
  patroni: PatroniSettings;
  replication: Config["replication"];
  /** A small one for its data alone, which can be filled. */
  disk?: Volume | undefined;
}

const SETTINGS_FILE = "/etc/patroni/patroni.yml";
const START_MS = 120_000;
const SETTLES_MS = 20_000;

/** Waits for nothing but the container's start. */
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
 * Waits until it is the primary or receives what the primary writes. Before that, Patroni may still be about to rewind
 * it, and what it holds could change a moment later. A member that cannot reach the other one stays as it is.
 */
async function untilSettled({ side, rest }: Pick<Member, "side" | "rest">, signal?: AbortSignal): Promise<void> {
  const what = `PostgreSQL ${side.toUpperCase()} to be the primary or to follow it`;
  await until({ what, deadlineMs: SETTLES_MS, everyMs: 200, signal }, async () => {
    const { role, state, replication_state } = await rest.status();
    return state === "running" && (role === "primary" || replication_state === "streaming");
  });
}

/** Waits until it holds the lock and its server takes writes. */
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
 * Waits until it receives all that the other one writes; as a synchronous standby where the configuration wants one. Patroni
 * makes the slot, notices who streams and names a synchronous standby in one of its rounds each, up to `loop_wait` apart:
 * whose `rounds` are given, begins one at each look.
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
