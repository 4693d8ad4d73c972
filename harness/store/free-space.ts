/** The free space on a folder's disk. */
import { statfsSync } from "node:fs";
import { nearestFolder } from "./folders.ts";

/** Bytes free there, or where the folder will be created, as the results folder is by the first run. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(nearestFolder(path));
  return bavail * bsize;
}
