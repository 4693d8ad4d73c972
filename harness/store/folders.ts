/** Folders on the disk. */
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** False for a dangling link and for a path that may not be examined. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The folder itself, or its nearest ancestor that exists. */
export function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}
