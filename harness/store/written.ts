/** Writes files; a failure says what could not be written, why, and what to do. */
import { chmodSync, lstatSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DrillFailure, reasonOf, usageFailure } from "../model/program/failure.ts";
import { fromHere } from "./here.ts";

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

/** Writes into the file that the user named. Returns its full path. */
export function writeTo(what: string, name: string, text: string): string {
  const path = fromHere(name);
  const refuse = (why: string, todo: string) => usageFailure(`${what} cannot be written to ${name}`, why, todo);
  const folder = dirname(path);
  if (isFolder(folder) === false) throw refuse(`there is no folder ${folder}`, "create it first, or name another");
  if (isFolder(path) === true) throw refuse("it is a folder", "name a file in it or elsewhere");
  guarded(what, name, "free some space, and run the command again", () => replaceText(path, text));
  return path;
}

export function replaceFile(path: string, value: unknown): void {
  replaceText(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Replaces a file atomically: a reader never sees half a file. A device, pipe or link stays what it is and is written
 * through, and so is a file beside which no other can be created.
 */
export function replaceText(path: string, text: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    writeFileSync(path, text);
    return;
  }
  const part = `${path}.part`;
  try {
    writeFileSync(part, text);
    if (there !== undefined) chmodSync(part, there.mode);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    if (there === undefined || !IN_THE_WAY.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    writeFileSync(path, text);
  }
}

/** The folder may be read-only, or the file itself a mount, as in containers. */
const IN_THE_WAY = ["EACCES", "EPERM", "EROFS", "EBUSY"];

/** `null` if it cannot be examined; writing there will report why. */
function isFolder(path: string): boolean | null {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "") ? false : null;
  }
}
