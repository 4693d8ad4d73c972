/** The room on the disk of a folder. */
import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";

/** Bytes that may be written there, or where it will be made: the first run creates the results' folder. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(nearest(path));
  return bavail * bsize;
}

/** The folder itself, or the one of those around it that is there. */
export function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path));
}
