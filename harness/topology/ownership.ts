/**
 * Whose a container or a network is. Everything started bears its run and its owner, the harness process; what bears
 * our label and whose owner is dead may be removed, and nothing else.
 */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { DrillFailure, reasonOf } from "../model/failure.ts";
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

/** Removes all that this process has started and not removed: after a drill there should be nothing. */
export async function removeOurs(engine: Engine): Promise<Removed> {
  return remove(engine, (labels) => labels[OWNER_LABEL] === thisOwner());
}

const ROUNDS = 50;
const BETWEEN_ROUNDS_MS = 200;

/**
 * Goes round until nothing is left: others may be removing the same things, and what was being started when the first
 * round looked is there in the second.
 */
async function remove(engine: Engine, matches: (labels: Record<string, string>) => boolean): Promise<Removed> {
  const docker = engine.container.dockerode;
  const filters = { label: [RUN_LABEL] };
  const total: Removed = { containers: 0, networks: 0, volumes: 0 };
  let refused: unknown = null;
  const tryTo = async (removal: Promise<unknown>): Promise<number> => {
    try {
      await removal;
      return 1;
    } catch (error) {
      refused = error;
      return 0;
    }
  };
  const sum = async (removals: Promise<number>[]) => (await Promise.all(removals)).reduce((all, one) => all + one, 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    const containers = (await docker.listContainers({ all: true, filters })).filter((c) => matches(c.Labels ?? {}));
    const networks = (await docker.listNetworks({ filters })).filter((n) => matches(n.Labels ?? {}));
    const volumes = ((await docker.listVolumes({ filters })).Volumes ?? []).filter((v) => matches(v.Labels ?? {}));
    if (containers.length + networks.length + volumes.length === 0) return total;
    if (round > 0) await sleep(BETWEEN_ROUNDS_MS);
    const force = { force: true, v: true };
    total.containers += await sum(containers.map((c) => tryTo(docker.getContainer(c.Id).remove(force))));
    total.networks += await sum(networks.map((n) => tryTo(docker.getNetwork(n.Id).remove())));
    total.volumes += await sum(volumes.map((v) => tryTo(docker.getVolume(v.Name).remove())));
  }
  throw new DrillFailure({
    what: "not everything that was started could be removed",
    why: reasonOf(refused),
    todo: "run `npm run chaos -- clean`",
  });
}
