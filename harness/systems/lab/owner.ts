/**
 * The owner of a container or a network: the harness process that started it, as `host/pid/birth/boot/pids`. A process
 * id is meaningful only within one boot of one kernel and one pid namespace; elsewhere its state is unknown.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** `unknown`: its process is not visible from here. */
export type OwnerState = "alive" | "dead" | "unknown";

/** The host, kernel boot and pid namespace of a process; `-` without /proc. */
export interface Place {
  host: string;
  boot: string;
  pids: string;
}

export function thisPlace(): Place {
  return {
    host: hostname(),
    boot: read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) ?? "-",
    pids: read(() => readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "")) ?? "-",
  };
}

export function ownerOf(pid: number, { host, boot, pids } = thisPlace()): string {
  return [host, pid, birthOf(pid) ?? "?", boot, pids].join("/");
}

/**
 * `runs`: at least one of its containers runs. Containers that ran when the machine went down do not run after the next
 * boot.
 */
export function stateOfOwner(owner: string, runs: boolean, here = thisPlace()): OwnerState {
  const [host, pid, birth, boot, pids] = owner.split("/");
  // Two containers with the same host name differ in their pid namespaces.
  if (host !== here.host || boot === undefined) return "unknown";
  if (boot !== here.boot) return runs ? "unknown" : "dead";
  if (pids !== here.pids) return "unknown";
  const now = birthOf(Number(pid));
  if (now !== null) return now === birth ? "alive" : "dead";
  try {
    process.kill(Number(pid), 0);
    return "alive";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH" ? "dead" : "alive";
  }
}

/** Start of a process in clock ticks since boot; `null` without /proc or without such a process. */
function birthOf(pid: number): string | null {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

function read(from: () => string): string | null {
  try {
    return from();
  } catch {
    return null;
  }
}
