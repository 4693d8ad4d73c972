/** The proxy in front: nginx, either routed to one site, or choosing a site that answers. */
import { readFile } from "node:fs/promises";
import type { StartedTestContainer } from "testcontainers";
import type { Config } from "../../model/plan/config.ts";
import { SITES, type SiteName } from "../../model/plan/site.ts";
import type { Clock, ClockSample } from "../../model/record/clock.ts";
import type { Router } from "../../system/router.ts";
import { currentPort, DrillContainer, untilAnswers, type Where } from "./container.ts";
import type { Engine } from "./engine.ts";
import { linkAddress } from "./links.ts";

const PORT = 80;
const FOLDER = "/etc/nginx";
const SETTINGS = new URL("../../../docker/nginx/", import.meta.url);

export interface FailoverProxy extends Router {
  container: StartedTestContainer;
  /** By the clock of the kernel that the containers share. */
  readClock: (clock: Clock) => Promise<ClockSample>;
}

type Kind = Pick<Config, "proxy" | "reads">;

export async function startProxy(engine: Engine, where: Where, kind: Kind): Promise<FailoverProxy> {
  const container = await new DrillContainer(where, "nginx")
    .withCopyContentToContainer(await filesOf(kind))
    .withLoopbackPorts(PORT)
    .start();
  // By its current port: a restarted proxy has another.
  const clockUrl = async () => `http://127.0.0.1:${await currentPort(engine, container, PORT)}/clock`;
  const waiting = { what: "nginx to answer", deadlineMs: 30_000, everyMs: 50, signal: where.signal };
  await untilAnswers(engine, container, waiting, async () => (await fetch(await clockUrl())).ok);
  return {
    container,
    route: async (to) => {
      const { proxy, reads } = kind;
      if (proxy !== "latched") throw new Error(`a ${proxy} proxy chooses the site itself and cannot be routed`);
      // After a takeover no other site is known to follow the new one, so reads get no backup.
      await reload(container, [routeTo(to), ...(reads ? [readsFrom(to, "down")] : [])]);
    },
    readClock: async (clock) => {
      const url = await clockUrl();
      const askedMs = clock();
      const text = await (await fetch(url, { signal: AbortSignal.timeout(2000) })).text();
      return { askedMs, answeredMs: clock(), epochMs: Number(text) * 1000 };
    },
  };
}

interface File {
  content: string;
  target: string;
}

/** nginx's configuration for the two sites. A `latched` proxy starts routed to A; with follower reads, B is A's backup. */
export async function filesOf({ proxy, reads }: Kind): Promise<File[]> {
  const nginx = await fileOf("nginx.conf");
  if (reads !== undefined) {
    const content = nginx.content.replace("proxy_pass http://fhir;", "proxy_pass http://$asked;");
    const failover = await fileOf("follower-reads.conf", "failover.conf");
    return [{ ...nginx, content }, failover, routeTo("a"), readsFrom("a", "backup")];
  }
  const failover = await fileOf(`${proxy}.conf`, "failover.conf");
  return proxy === "latched" ? [nginx, failover, routeTo("a")] : [nginx, failover];
}

async function fileOf(name: string, target = name): Promise<File> {
  return { content: await readFile(new URL(name, SETTINGS), "utf8"), target: `${FOLDER}/${target}` };
}

function routeTo(to: SiteName): File {
  const server = (side: SiteName) => `server ${linkAddress(`hapi-${side}`)} ${side === to ? "max_fails=0" : "down"};\n`;
  return { content: SITES.map(server).join(""), target: `${FOLDER}/route.conf` };
}

/** Routes reads to a site; the other one is its backup or gets none. */
function readsFrom(side: SiteName, other: "backup" | "down"): File {
  const server = (each: SiteName) => {
    // A site without a backup is never marked as failed.
    const first = other === "down" ? "max_fails=0" : "max_fails=3 fail_timeout=2s";
    return `server ${linkAddress(`hapi-${each}`)} ${each === side ? first : other};\n`;
  };
  return { content: SITES.map(server).join(""), target: `${FOLDER}/reads.conf` };
}

/**
 * nginx reloads asynchronously, and for some milliseconds old and new workers accept requests side by side. An old
 * worker's process title shows when it accepts no more.
 */
const RELOAD = `
  nginx -t -q || exit 1
  before=$(cat /proc/1/task/1/children)
  nginx -s reload || exit 1
  for attempt in $(seq 100); do
    taking=
    for worker in $before; do
      title=$(tr '\\0' ' ' 2>/dev/null < /proc/$worker/cmdline)
      case "$title" in "" | *"shutting down"*) ;; *) taking=$worker ;; esac
    done
    [ -z "$taking" ] && exit 0
    sleep 0.05
  done
  echo "worker $taking still uses the old settings"
  exit 1`;

/** When it resolves, no new request uses the old settings; requests in flight still finish with them. */
export async function reload(container: StartedTestContainer, files: File[]): Promise<void> {
  await container.copyContentToContainer(files);
  const done = await container.exec(["sh", "-c", RELOAD]);
  if (done.exitCode !== 0) throw new Error(`nginx does not apply its new settings: ${done.output.trim()}`);
}
