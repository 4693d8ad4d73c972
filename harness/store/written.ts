/** Ways to write that say, when they fail, what could not be written, why, and what to do. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { DrillFailure, reasonOf } from "../model/failure.ts";

/** `what` begins the sentence "… cannot be written to"; `todoWhenFull` is for a full disk. */
export function guarded(what: string, path: string, todoWhenFull: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const full = (error as NodeJS.ErrnoException).code === "ENOSPC";
    throw new DrillFailure(
      {
        what: `${what} cannot be written to ${path}`,
        why: full ? "the disk is full" : reasonOf(error),
        todo: full ? todoWhenFull : "check the folder's owner and permissions",
      },
      { cause: error },
    );
  }
}

/** Whole or not at all: a reader never meets half a file. */
export function replaceFile(path: string, value: unknown): void {
  replaceText(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Likewise. */
export function replaceText(path: string, text: string): void {
  try {
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  } catch (error) {
    rmSync(`${path}.part`, { force: true });
    throw error;
  }
}
