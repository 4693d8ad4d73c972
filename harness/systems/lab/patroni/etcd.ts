/** One site's etcd member: the DCS in which Patroni keeps its leader lock. */
import type { StartedTestContainer } from "testcontainers";
import { currentPort, DrillContainer, untilAnswers, type Where } from "../container.ts";
import type { Engine } from "../engine.ts";
import { type DcsSite, ETCD_PORTS, etcdCommand, etcdName } from "./settings.ts";

export interface Etcd {
  site: DcsSite;
  container: StartedTestContainer;
  /** Whether it answers and belongs to a majority. */
  isHealthy: (timeoutMs?: number) => Promise<boolean>;
}

const START_MS = 60_000;
const CHECK_MS = 1000;

/** Does not wait until it is healthy: one member alone is no majority, see `untilAgreed`. */
export async function startEtcd(engine: Engine, where: Where, site: DcsSite): Promise<Etcd> {
  const container = await new DrillContainer(where, etcdName(site))
    .withCommand(etcdCommand(site, where.run))
    .withLoopbackPorts(ETCD_PORTS.client)
    .start();
  const isHealthy = async (timeoutMs = CHECK_MS) => {
    const url = `http://127.0.0.1:${await currentPort(engine, container, ETCD_PORTS.client)}/health`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return answer.ok && ((await answer.json()) as { health?: string }).health === "true";
  };
  return { site, container, isHealthy };
}

export async function untilAgreed(engine: Engine, members: readonly Etcd[], signal?: AbortSignal): Promise<void> {
  await Promise.all(
    members.map(({ site, container, isHealthy }) => {
      const waiting = {
        what: `etcd of site ${site} to agree with the others`,
        deadlineMs: START_MS,
        everyMs: 100,
        signal,
      };
      return untilAnswers(engine, container, waiting, () => isHealthy());
    }),
  );
}
