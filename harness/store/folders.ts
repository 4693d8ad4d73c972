/** Folders as they are on the disk. */
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** A link that leads nowhere is none, and neither is what nobody may look at. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The folder itself, or the one of those around it that is there. */
export function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}
