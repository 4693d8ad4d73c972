/** The room on the disk of a folder. */
import { statfsSync } from "node:fs";
import { nearestFolder } from "./folders.ts";

/** Bytes that may be written there, or where it will be made: the first run creates the results' folder. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(nearestFolder(path));
  return bavail * bsize;
}
