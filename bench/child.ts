/**
 * Measurements in a separate process: memory is measured by its peak, which never decreases within a process.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs a program and returns its last output, as JSON. `flags` are Node's own. */
export function inChild<T>(program: string, args: readonly (string | number)[], flags: readonly string[] = []): T {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const text = execFileSync(process.execPath, [...flags, path, ...args.map(String)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(text.trim().split("\n").at(-1) as string) as T;
}

export const peakMiB = () => process.resourceUsage().maxRSS / 1024;

export interface Took<T> {
  result: T;
  ms: number;
  /** Processor time of this thread: the cost of the work, even on a busy machine. */
  cpuMs: number;
}

export function timed<T>(work: () => T): Took<T> {
  const [beganMs, cpu] = [performance.now(), process.threadCpuUsage()];
  const result = work();
  const { user, system } = process.threadCpuUsage(cpu);
  return { result, ms: performance.now() - beganMs, cpuMs: (user + system) / 1000 };
}

export function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[values.length >> 1] as number;
}
