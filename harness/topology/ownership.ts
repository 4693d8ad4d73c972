/**
 * Whose a container or a network is. Everything started bears its run and its owner, the harness process; what bears
 * our label and whose owner is dead may be removed, and nothing else.
 */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Engine } from "./engine.ts";

export const RUN_LABEL = "org.fhirdrill.run";
export const OWNER_LABEL = "org.fhirdrill.owner";

export function labelsOf(run: string): Record<string, string> {
  return { [RUN_LABEL]: run, [OWNER_LABEL]: thisOwner() };
}

/** `host/pid/birth`: a process id alone may belong to somebody else by now. */
export function thisOwner(): string {
  return `${hostname()}/${process.pid}/${birthOf(process.pid) ?? "?"}`;
}

export function isDead(owner: string): boolean {
  const [host, pid, birth] = owner.split("/");
  if (host !== hostname()) return false;
  const now = birthOf(Number(pid));
  if (now !== null) return now !== birth;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Start of a process in clock ticks since boot; `null` where there is no /proc or no such process. */
function birthOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

export interface Removed {
  containers: number;
  networks: number;
  volumes: number;
}

/** Removes all that a run started: the end of every drill, and of every test. */
export async function removeRun(engine: Engine, run: string): Promise<Removed> {
  return remove(engine, (labels) => labels[RUN_LABEL] === run);
}

/** Removes what harnesses left behind that were killed. */
export async function removeAbandoned(engine: Engine): Promise<Removed> {
  return remove(engine, (labels) => labels[OWNER_LABEL] !== undefined && isDead(labels[OWNER_LABEL]));
}

async function remove(engine: Engine, matches: (labels: Record<string, string>) => boolean): Promise<Removed> {
  const docker = engine.container.dockerode;
  const filters = { label: [RUN_LABEL] };
  const containers = (await docker.listContainers({ all: true, filters })).filter((c) => matches(c.Labels ?? {}));
  await Promise.all(
    containers.map((c) => docker.getContainer(c.Id).remove({ force: true, v: true }).catch(ignoreGone)),
  );
  const networks = (await docker.listNetworks({ filters })).filter((n) => matches(n.Labels ?? {}));
  for (const network of networks) await docker.getNetwork(network.Id).remove().catch(ignoreGone);
  const volumes = ((await docker.listVolumes({ filters })).Volumes ?? []).filter((v) => matches(v.Labels ?? {}));
  for (const volume of volumes) await docker.getVolume(volume.Name).remove().catch(ignoreGone);
  return { containers: containers.length, networks: networks.length, volumes: volumes.length };
}

/** Somebody else removed it, or is at it. */
function ignoreGone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}
